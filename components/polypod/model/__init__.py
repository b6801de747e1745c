"""The application as plain, frozen values. Knows nothing of Pulumi or of any target."""
