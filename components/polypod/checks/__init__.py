"""What can be said of a program before anything is made. Knows no target."""
