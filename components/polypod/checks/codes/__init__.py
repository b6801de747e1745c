"""The codes of all problems and findings, with what they mean: a table for each part of polypod that raises them.

A code never changes its meaning, and that of a rule that is gone is not used again.
"""
