"""What several targets need to ask platforms and to register resources."""
