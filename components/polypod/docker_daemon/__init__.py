"""Find the Docker daemon, and connect to it."""
