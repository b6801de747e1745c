"""An emulator of Azure Container Instances: Azure's own REST interface, with container groups that run on Docker."""
