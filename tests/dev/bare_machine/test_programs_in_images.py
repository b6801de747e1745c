"""The images of the cluster's own programs: built by Docker, copied once."""

from tests.dev.machine import Machine

CTR = """#!/bin/sh
echo "ctr $5 $6" >>"$CALLS"
case "$5 $6" in
  "images ls") cat "$FAKES/in-the-cluster" ;;
  "images import") cat >/dev/null ;;
esac
"""
DOCKER = """#!/bin/sh
echo "docker $*" >>"$CALLS"
[ "$1" != build ] || cat >"$FAKES/Dockerfile"
"""


def test_a_program_is_all_that_its_image_holds(machine: Machine) -> None:
    """What the cluster has already is not built again; what was not built here is left to others."""
    machine.fake("ctr", CTR)
    machine.fake("docker", DOCKER)
    (machine.home / "in-the-cluster").write_text("polypod.local/pause:2\n")
    folders = {"coredns": machine.home / "coredns-1", "pause": machine.home / "pause-1"}
    tags = {"coredns": "polypod.local/coredns:1", "pause": "polypod.local/pause:2", "busybox": "busybox:1.37"}
    machine.module("bare_machine.cluster.containerd").add_programs(tags, folders)
    assert machine.called("docker") == [
        f"docker build --tag polypod.local/coredns:1 --file - {folders['coredns']}",
        "docker save polypod.local/coredns:1",
    ]
    assert machine.called("ctr")[-1] == "ctr images import"
    assert (machine.home / "Dockerfile").read_text() == (
        'FROM scratch\nCOPY coredns /bin/\nENTRYPOINT ["/bin/coredns"]\n'
    )
