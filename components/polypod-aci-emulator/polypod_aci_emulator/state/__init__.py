"""What the emulator keeps on disk."""
