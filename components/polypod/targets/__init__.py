"""The platforms an application can be deployed to: one folder each."""
