"""Making it: everything that asks Azure or registers resources."""
