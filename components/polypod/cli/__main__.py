"""``python -m polypod.cli``."""

from polypod.cli import main

main(prog_name="polypod")
