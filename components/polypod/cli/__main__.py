"""``python -m polypod.cli``."""

from polypod.cli import main

main()
