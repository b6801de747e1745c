"""The plugin's process: ``python -m polypod_aci_emulator.plugin ENGINE``."""

import sys

from polypod_aci_emulator.plugin.server import main

main(sys.argv[1:])
