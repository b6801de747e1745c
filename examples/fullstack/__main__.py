"""Deploys the application and says where it answers."""

import pulumi

from app import app
from polypod import GatewayStack

stack = GatewayStack("echo", app)
pulumi.export("url", stack.url)
