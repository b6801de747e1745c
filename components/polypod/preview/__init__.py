"""What an update would do, in words of the program: reports over all stacks."""
