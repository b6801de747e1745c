"""Effects that several targets share: questions to platforms, and the registration of resources."""
