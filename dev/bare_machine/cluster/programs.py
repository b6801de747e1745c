"""The command lines of the bare cluster's processes."""

from .settings import (
    API_PORT,
    BARE,
    ETCD_PEER_PORT,
    ETCD_PORT,
    NODE,
    NODE_ADDRESS,
    PKI,
    SERVICE_RANGE,
)

ETCD = f"http://127.0.0.1:{ETCD_PORT}"
ETCD_PEER = f"http://127.0.0.1:{ETCD_PEER_PORT}"
ISSUER = "https://kubernetes.default.svc.cluster.local"


def _client(name: str) -> dict[str, object]:
    options = ("kubeconfig", "authentication-kubeconfig", "authorization-kubeconfig")
    return dict.fromkeys(options, PKI / f"{name}.conf")


OPTIONS: dict[str, dict[str, object]] = {
    "etcd": {
        "name": NODE,
        "data-dir": BARE / "etcd",
        "listen-client-urls": ETCD,
        "advertise-client-urls": ETCD,
        "listen-peer-urls": ETCD_PEER,
        "initial-advertise-peer-urls": ETCD_PEER,
        "initial-cluster": f"{NODE}={ETCD_PEER}",
        "log-level": "warn",
    },
    "kube-apiserver": {
        "etcd-servers": ETCD,
        "bind-address": NODE_ADDRESS,
        "advertise-address": NODE_ADDRESS,
        "secure-port": API_PORT,
        "cert-dir": BARE / "certificates",
        "tls-cert-file": PKI / "apiserver.crt",
        "tls-private-key-file": PKI / "apiserver.key",
        "client-ca-file": PKI / "ca.crt",
        "authorization-mode": "Node,RBAC",
        "enable-admission-plugins": "NodeRestriction",
        "allow-privileged": "true",
        # The add-on manifests use a mutating admission policy, see manifests/storage.yaml.
        "feature-gates": "MutatingAdmissionPolicy=true",
        "runtime-config": "admissionregistration.k8s.io/v1beta1=true",
        "service-account-issuer": ISSUER,
        "service-account-key-file": PKI / "service-accounts.key",
        "service-account-signing-key-file": PKI / "service-accounts.key",
        "service-cluster-ip-range": SERVICE_RANGE,
        "kubelet-client-certificate": PKI / "apiserver-kubelet.crt",
        "kubelet-client-key": PKI / "apiserver-kubelet.key",
        "kubelet-certificate-authority": PKI / "ca.crt",
        "kubelet-preferred-address-types": "InternalIP",
        "requestheader-client-ca-file": PKI / "front-ca.crt",
        "requestheader-allowed-names": "front-proxy-client",
        "requestheader-username-headers": "X-Remote-User",
        "requestheader-group-headers": "X-Remote-Group",
        "requestheader-extra-headers-prefix": "X-Remote-Extra-",
        "proxy-client-cert-file": PKI / "front-proxy.crt",
        "proxy-client-key-file": PKI / "front-proxy.key",
    },
    "kube-controller-manager": _client("controller-manager")
    | {
        "kube-api-qps": 200,
        "kube-api-burst": 400,
        "bind-address": "127.0.0.1",
        "cert-dir": BARE / "certificates",
        "leader-elect": "false",
        "use-service-account-credentials": "true",
        "root-ca-file": PKI / "ca.crt",
        "service-account-private-key-file": PKI / "service-accounts.key",
        "cluster-signing-cert-file": PKI / "ca.crt",
        "cluster-signing-key-file": PKI / "ca.key",
        "client-ca-file": PKI / "ca.crt",
        "requestheader-client-ca-file": PKI / "front-ca.crt",
        "flex-volume-plugin-dir": BARE / "volume-plugins",
    },
    "kube-scheduler": _client("scheduler")
    | {"bind-address": "127.0.0.1", "cert-dir": BARE / "certificates", "leader-elect": "false"},
    "kubelet": {
        "config": BARE / "kubelet.yaml",
        "kubeconfig": PKI / "kubelet.conf",
        "hostname-override": NODE,
        "node-ip": NODE_ADDRESS,
        "root-dir": BARE / "kubelet",
        "cert-dir": BARE / "certificates",
    },
    "kube-proxy": {"config": BARE / "kube-proxy.yaml"},
}


def command(kubernetes: str, name: str) -> list[str]:
    """The command line of one process; kubernetes is the program that is all of them."""
    return [kubernetes, name, *(f"--{option}={value}" for option, value in OPTIONS[name].items())]
