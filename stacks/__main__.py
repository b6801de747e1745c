"""Deploys the reference application to the platform that the stack's config names."""

import pulumi

import polypod
from app import app

stack = polypod.GatewayStack("echo", app)
pulumi.export("url", stack.url)
