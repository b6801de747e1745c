"""What runs in the bare cluster itself: DNS, metrics, storage."""

from pathlib import Path
from string import Template

from dev.cluster.command import attempt, die, run, wait_until
from dev.cluster.images import stand_ins

from .settings import IN_TEMPLATES

MANIFESTS = Path(__file__).parent / "manifests"
DEPLOYMENTS = {
    "coredns": "kube-system",
    "metrics-server": "kube-system",
    "local-path-provisioner": "local-path-storage",
}
PATIENCE = 120


def images(built: dict[str, Path]) -> dict[str, str]:
    """The images of the add-ons, named after the programs in them; their folders' names end in a hash."""
    tags = {
        name: f"polypod.local/{name}:{folder.name.rpartition('-')[2]}"
        for name, folder in built.items()
        if name != "kubernetes"
    }
    return tags | {"busybox": stand_ins().get("busybox:1.37", "docker.io/library/busybox:1.37")}


def apply(kubectl: list[str], tags: dict[str, str]) -> None:
    """Create or update the add-ons."""
    values = IN_TEMPLATES | {name.replace("-", "_"): tag for name, tag in tags.items()}
    for file in sorted(MANIFESTS.glob("*.yaml")):
        manifest = Template(file.read_text()).substitute(values)
        run(*kubectl, "apply", "-f", "-", stdin=manifest.encode())


def wait(kubectl: list[str]) -> None:
    """Wait until the add-ons do their work."""
    for name, namespace in DEPLOYMENTS.items():
        run(*kubectl, "-n", namespace, "rollout", "status", f"deployment/{name}", f"--timeout={PATIENCE}s")
    if not wait_until(lambda: attempt(*kubectl, "get", "--raw", "/apis/metrics.k8s.io/v1beta1/nodes"), PATIENCE):
        die(f"the metrics API does not answer after {PATIENCE} s")
