"""Where the cluster lives: folders, addresses, names. Everything it writes is below one folder of the cache."""

import os
from pathlib import Path

TOOLCHAIN = Path(__file__).resolve().parents[1]
CHECKOUT = TOOLCHAIN.parent
CACHE = Path(os.environ["POLYPOD_CACHE"])

FOLDER = CACHE / "cluster"
KUBECONFIG = FOLDER / "kubeconfig"
CHOSEN = FOLDER / "chosen"
"""Holds the name of the cluster in use: one of the keys of choice.CLUSTERS."""
NAME = "polypod"
"""What the clusters of kind and minikube are called."""

BARE = FOLDER / "bare"
LOGS = BARE / "log"
PKI = BARE / "pki"
SOCKET = BARE / "containerd" / "containerd.sock"
VOLUMES = BARE / "volumes"
CNI_PLUGINS = Path("/usr/lib/cni")

NODE = "polypod"
NODE_LINK = "polypod0"
NODE_ADDRESS = "10.99.0.1"
POD_LINK = "polypod1"
POD_RANGE = "10.244.0.0/16"
POD_SUBNET = "10.244.0.0/24"
SERVICE_RANGE = "10.96.0.0/16"
API_SERVICE = "10.96.0.1"
DNS_SERVICE = "10.96.0.10"
API_PORT = 16443
ETCD_PORT = 12379
ETCD_PEER_PORT = 12380
API_SERVER = f"https://{NODE_ADDRESS}:{API_PORT}"

REGISTRY_PORT = 25000
REGISTRY = f"127.0.0.1:{REGISTRY_PORT}"


def variables(images: dict[str, str]) -> dict[str, object]:
    """What templates and manifests may refer to: the names above, and the tags of images by their names."""
    tags = {name.replace("-", "_"): tag for name, tag in images.items()}
    return {name: value for name, value in globals().items() if name.isupper()} | tags
