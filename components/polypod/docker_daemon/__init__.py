"""Which Docker daemon is used, and how it is reached."""
