"""Benchmarks of polypod beside what it is compared with; `python -m bench` runs them all."""
