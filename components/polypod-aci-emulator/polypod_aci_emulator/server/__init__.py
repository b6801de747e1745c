"""The emulator's HTTP interface and its process."""
