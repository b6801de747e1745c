"""Making it: everything that asks the daemon or registers resources."""
