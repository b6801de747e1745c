"""The gateway's nginx: what its configuration is made of."""
