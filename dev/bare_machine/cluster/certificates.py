"""The certificates and kubeconfigs of the bare cluster, made once."""

import base64
import json
from dataclasses import dataclass

import trustme

from dev.cluster import files
from dev.cluster.settings import KUBECONFIG

from .settings import API_SERVER, API_SERVICE, NODE, NODE_ADDRESS, PKI

AUTHORITIES = ("ca", "front-ca")


@dataclass(frozen=True)
class Certificate:
    """Who a certificate is for: Kubernetes reads a user in its common name, and a group in its organization."""

    file: str
    common_name: str
    organization: str = "polypod"
    names: tuple[str, ...] = ()
    issuer: str = "ca"


SERVICE_NAMES = tuple(
    ".".join(("kubernetes", "default", "svc", "cluster", "local")[:length]) for length in (1, 2, 3, 5)
)
CERTIFICATES = (
    Certificate(
        "apiserver", "kube-apiserver", names=(*SERVICE_NAMES, "localhost", API_SERVICE, NODE_ADDRESS, "127.0.0.1")
    ),
    Certificate("apiserver-kubelet", "kube-apiserver-kubelet-client", "system:masters"),
    Certificate("front-proxy", "front-proxy-client", issuer="front-ca"),
    Certificate("kubelet-server", f"system:node:{NODE}", "system:nodes", names=(NODE, NODE_ADDRESS)),
    Certificate("kubelet", f"system:node:{NODE}", "system:nodes"),
    Certificate("admin", "admin", "system:masters"),
    Certificate("controller-manager", "system:kube-controller-manager"),
    Certificate("scheduler", "system:kube-scheduler"),
    Certificate("proxy", "system:kube-proxy"),
    # Only its key is used: it signs the tokens of service accounts.
    Certificate("service-accounts", "service-accounts"),
)
CLIENTS = ("kubelet", "controller-manager", "scheduler", "proxy")


def write() -> None:
    """Make what is missing: all of it or nothing, so that all of it has one authority."""
    done = PKI / "done"
    if not done.exists():
        PKI.mkdir(parents=True, exist_ok=True, mode=0o700)
        authorities = {name: trustme.CA(organization_unit_name=f"polypod-{name}") for name in AUTHORITIES}
        for name, authority in authorities.items():
            _write_pair(name, authority.cert_pem, authority.private_key_pem)
        for wanted in CERTIFICATES:
            # Go refuses a certificate that names nobody at all, a client's too.
            issued = authorities[wanted.issuer].issue_cert(
                *(wanted.names or (wanted.file,)),
                common_name=wanted.common_name,
                organization_name=wanted.organization,
            )
            _write_pair(wanted.file, issued.cert_chain_pems[0], issued.private_key_pem)
        done.touch()
    for client in CLIENTS:
        files.replace(PKI / f"{client}.conf", _kubeconfig(client), 0o600)
    files.replace(KUBECONFIG, _kubeconfig("admin"), 0o600)


def _write_pair(name: str, certificate: trustme.Blob, key: trustme.Blob) -> None:
    files.replace(PKI / f"{name}.crt", certificate.bytes())
    files.replace(PKI / f"{name}.key", key.bytes(), 0o600)


def _kubeconfig(client: str) -> bytes:
    def data(file: str) -> str:
        return base64.b64encode((PKI / file).read_bytes()).decode()

    user = {"client-certificate-data": data(f"{client}.crt"), "client-key-data": data(f"{client}.key")}
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [
            {"name": "polypod", "cluster": {"server": API_SERVER, "certificate-authority-data": data("ca.crt")}}
        ],
        "users": [{"name": client, "user": user}],
        "contexts": [{"name": "polypod", "context": {"cluster": "polypod", "user": client}}],
        "current-context": "polypod",
    }
    return json.dumps(config, indent=1).encode()
