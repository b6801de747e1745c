"""Deploys the pod and says where it answers."""

import pulumi

from app import app
from polypod import SidecarPod

pod = SidecarPod("echo", app)
pulumi.export("url", pod.endpoints["flask"])
