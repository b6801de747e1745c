"""What Azure Container Instances refuses: a table of its limits and the rules that apply them to a request."""
