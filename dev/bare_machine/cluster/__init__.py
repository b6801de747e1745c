"""A cluster of one node on this very machine, from programs built here and Debian's containerd."""
