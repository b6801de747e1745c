"""What several tests of the emulator use."""
