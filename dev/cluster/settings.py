"""Where the cluster is kept. Everything that is written is below one folder of the cache."""

import os
from pathlib import Path

CACHE = Path(os.environ["POLYPOD_CACHE"])

FOLDER = CACHE / "cluster"
KUBECONFIG = FOLDER / "kubeconfig"
CHOSEN = FOLDER / "chosen"
"""Holds the name of the cluster in use: yours, kind, minikube or bare."""
NAME = "polypod"
"""What the clusters of kind and minikube are called."""

REGISTRY_PORT = 25000
REGISTRY = f"127.0.0.1:{REGISTRY_PORT}"
HOSTS = Path(__file__).parent / "hosts.toml"
"""Tells containerd where the registry is: a template."""
