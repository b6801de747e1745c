"""``python -m polypod_aci_emulator``, the same as ``polypod aci``."""

from polypod_aci_emulator.cli import aci

aci(prog_name="polypod aci")
