"""Deploys the group."""

from app import app
from polypod import ContainerGroup

ContainerGroup("shared", app)
