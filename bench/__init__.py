"""Benchmarks of polypod and of what it is compared with; `python -m bench` runs them all."""
