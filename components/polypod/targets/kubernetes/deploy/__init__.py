"""Making it: everything that asks the cluster or registers resources."""
