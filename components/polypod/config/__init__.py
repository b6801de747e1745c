"""Configuration from the stack's config, the environment and the project."""
