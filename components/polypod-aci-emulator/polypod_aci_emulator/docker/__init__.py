"""What runs container groups on the Docker daemon."""
