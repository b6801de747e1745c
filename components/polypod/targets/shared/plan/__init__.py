"""The pure part of what several targets need."""
