"""Deploys the group and says where its containers answer."""

import pulumi

from app import app
from polypod import ContainerGroup

group = ContainerGroup("echo", app)
pulumi.export("flask", group.endpoints["flask"])
pulumi.export("fastapi", group.endpoints["fastapi"])
