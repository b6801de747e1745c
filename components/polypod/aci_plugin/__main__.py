"""The plugin's process: ``python -m polypod.aci_plugin ENGINE``."""

import sys

from polypod.aci_plugin.server import main

main(sys.argv[1:])
