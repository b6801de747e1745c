"""What a stack's config, the environment and the project say."""
