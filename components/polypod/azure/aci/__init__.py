"""The limits of Azure Container Instances, as a table, and the rules that apply them to a request."""
