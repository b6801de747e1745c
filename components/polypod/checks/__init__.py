"""Target-independent checks of a program, before anything is deployed."""
