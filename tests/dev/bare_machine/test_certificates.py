"""The certificates of the bare cluster: what Kubernetes reads in them."""

import base64
import json
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.dev.machine import Machine

IDENTITIES = {
    "admin": ("admin", "system:masters"),
    "apiserver-kubelet": ("kube-apiserver-kubelet-client", "system:masters"),
    "kubelet": ("system:node:polypod", "system:nodes"),
    "kubelet-server": ("system:node:polypod", "system:nodes"),
    "controller-manager": ("system:kube-controller-manager", None),
    "scheduler": ("system:kube-scheduler", None),
    "proxy": ("system:kube-proxy", None),
    "front-proxy": ("front-proxy-client", None),
}


@pytest.fixture
def pki(machine: Machine) -> Path:
    """The folder of the certificates."""
    machine.module("cluster.choice").FOLDER.mkdir(parents=True)
    machine.module("bare_machine.cluster.certificates").write()
    folder: Path = machine.module("bare_machine.cluster.settings").PKI
    return folder


def load(pki: Path, name: str) -> x509.Certificate:
    """One certificate."""
    return x509.load_pem_x509_certificate((pki / f"{name}.crt").read_bytes())


@pytest.mark.parametrize("name", IDENTITIES)
def test_users_and_groups(pki: Path, name: str) -> None:
    """Kubernetes takes the user from CN and the group from O; no group of Kubernetes' own is given by accident."""
    subject = load(pki, name).subject
    (user,) = subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    groups = [attribute.value for attribute in subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)]
    wanted = IDENTITIES[name][1]
    assert user.value == IDENTITIES[name][0]
    assert [group for group in groups if str(group).startswith("system:")] == ([wanted] if wanted else [])


def test_names_of_the_api_server(pki: Path) -> None:
    """All by which it is called."""
    names = load(pki, "apiserver").extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert set(names.get_values_for_type(x509.DNSName)) == {
        "kubernetes",
        "kubernetes.default",
        "kubernetes.default.svc",
        "kubernetes.default.svc.cluster.local",
        "localhost",
    }
    assert {str(address) for address in names.get_values_for_type(x509.IPAddress)} == {
        "10.96.0.1",
        "10.99.0.1",
        "127.0.0.1",
    }


@pytest.mark.parametrize("name", IDENTITIES)
def test_two_authorities(pki: Path, name: str) -> None:
    """Who may speak for users at the front is signed by another one than users are."""
    signer, other = ("front-ca", "ca") if name == "front-proxy" else ("ca", "front-ca")
    certificate = load(pki, name)
    certificate.verify_directly_issued_by(load(pki, signer))
    with pytest.raises(ValueError, match="Issuer"):
        certificate.verify_directly_issued_by(load(pki, other))
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert {ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH} <= set(usage)
    # Go does not accept a certificate with an empty list of names that is marked as critical.
    assert list(certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)


def test_keys_are_for_the_owner_alone(pki: Path) -> None:
    """And belong to their certificates."""
    for file in pki.glob("*.key"):
        assert file.stat().st_mode & 0o777 == 0o600
        key = serialization.load_pem_private_key(file.read_bytes(), None)
        assert key.public_key() == load(pki, file.stem).public_key()


def test_kubeconfigs(pki: Path, machine: Machine) -> None:
    """Hold the certificate of their user and of the authority."""
    for name, file in {"admin": machine.folder / "kubeconfig", "proxy": pki / "proxy.conf"}.items():
        config = json.loads(file.read_text())
        assert config["clusters"][0]["cluster"]["server"] == "https://10.99.0.1:16443"
        assert (
            base64.b64decode(config["users"][0]["user"]["client-certificate-data"])
            == (pki / f"{name}.crt").read_bytes()
        )
        assert file.stat().st_mode & 0o777 == 0o600


def test_made_once(pki: Path, machine: Machine) -> None:
    """A second run changes no file."""
    before = {file: (file.stat().st_mtime_ns, file.read_bytes()) for file in pki.iterdir()}
    machine.module("bare_machine.cluster.certificates").write()
    assert {file: (file.stat().st_mtime_ns, file.read_bytes()) for file in pki.iterdir()} == before
