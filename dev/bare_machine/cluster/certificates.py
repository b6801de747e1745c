"""The certificates and kubeconfigs of the bare cluster, made once."""

import base64
import datetime
import ipaddress
import json
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from dev.cluster import files
from dev.cluster.settings import KUBECONFIG

from .settings import API_SERVER, API_SERVICE, NODE, NODE_ADDRESS, PKI

LIFETIME = datetime.timedelta(days=3650)


@dataclass(frozen=True)
class Certificate:
    """Who a certificate is for; one with names is a server's, one without a client's."""

    file: str
    common_name: str
    organization: str = ""
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
)
CLIENTS = ("kubelet", "controller-manager", "scheduler", "proxy")


def write() -> None:
    """Make what is missing: all of it or nothing, so that all of it has one authority."""
    done = PKI / "done"
    if not done.exists():
        PKI.mkdir(parents=True, exist_ok=True, mode=0o700)
        authorities = {name: _authority(name) for name in ("ca", "front-ca")}
        for certificate in CERTIFICATES:
            _issue(certificate, *authorities[certificate.issuer])
        signer = _key("service-accounts")
        public = signer.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        (PKI / "service-accounts.pub").write_bytes(public)
        done.touch()
    for client in CLIENTS:
        files.replace(PKI / f"{client}.conf", _kubeconfig(client), 0o600)
    files.replace(KUBECONFIG, _kubeconfig("admin"), 0o600)


def _key(name: str) -> ec.EllipticCurvePrivateKey:
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    files.replace(PKI / f"{name}.key", pem, 0o600)
    return key


def _name(common_name: str, organization: str = "") -> x509.Name:
    parts = ((NameOID.ORGANIZATION_NAME, organization), (NameOID.COMMON_NAME, common_name))
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts if value])


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=5))
        .not_valid_after(now + LIFETIME)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _authority(name: str) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key, subject = _key(name), _name(f"polypod-{name}")
    certificate = (
        _builder(subject, subject, key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    (PKI / f"{name}.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return certificate, key


def _issue(wanted: Certificate, issuer: x509.Certificate, issuer_key: ec.EllipticCurvePrivateKey) -> None:
    key = _key(wanted.file)
    purpose = ExtendedKeyUsageOID.SERVER_AUTH if wanted.names else ExtendedKeyUsageOID.CLIENT_AUTH
    authority_key = issuer_key.public_key()
    builder = (
        _builder(_name(wanted.common_name, wanted.organization), issuer.subject, key)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key), critical=False)
    )
    if wanted.names:
        alternatives = x509.SubjectAlternativeName([_general_name(name) for name in wanted.names])
        builder = builder.add_extension(alternatives, critical=False)
    certificate = builder.sign(issuer_key, hashes.SHA256())
    (PKI / f"{wanted.file}.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


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
