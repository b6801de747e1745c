"""Where the bare cluster is kept, and its addresses."""

from pathlib import Path

from dev.cluster.settings import FOLDER

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

IN_TEMPLATES = {
    "BARE": BARE,
    "CNI_PLUGINS": CNI_PLUGINS,
    "DNS_SERVICE": DNS_SERVICE,
    "NODE": NODE,
    "NODE_ADDRESS": NODE_ADDRESS,
    "PKI": PKI,
    "POD_LINK": POD_LINK,
    "POD_RANGE": POD_RANGE,
    "POD_SUBNET": POD_SUBNET,
    "SOCKET": SOCKET,
    "VOLUMES": VOLUMES,
}
"""What templates and manifests refer to, besides images."""
