"""The port that the emulator listens on."""

DEFAULT_PORT = 4280
