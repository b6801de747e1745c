"""The kinds of resources: what may be asked of each, and what is answered."""
