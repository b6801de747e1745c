"""``python -m polypod_aci_emulator``: what ``polypod aci`` is."""

from polypod_aci_emulator.cli import aci

aci(prog_name="polypod aci")
