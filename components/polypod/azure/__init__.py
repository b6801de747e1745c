"""What Azure itself demands and offers: knowledge that targets and the emulator share."""
