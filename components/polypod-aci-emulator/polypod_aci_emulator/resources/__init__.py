"""The kinds of resources, and the handlers of their requests."""
