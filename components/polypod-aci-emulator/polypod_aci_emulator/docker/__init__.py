"""Running container groups on the Docker daemon."""
