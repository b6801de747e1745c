"""Addresses, routes, packet filter rules and kernel settings of the bare cluster, and their removal."""

import json
from pathlib import Path

from dev.cluster.command import attempt, die, run

from .settings import BARE, NODE_ADDRESS, NODE_LINK, POD_LINK, POD_RANGE, SERVICE_RANGE

COMMENT = ("-m", "comment", "--comment", "polypod cluster")
# Docker sets FORWARD to DROP, and bridged pod traffic passes FORWARD too.
RULES = (
    ("filter", "FORWARD", ("-i", POD_LINK, *COMMENT, "-j", "ACCEPT")),
    ("filter", "FORWARD", ("-o", POD_LINK, *COMMENT, "-j", "ACCEPT")),
    ("nat", "POSTROUTING", ("-s", POD_RANGE, "!", "-d", POD_RANGE, "!", "-o", POD_LINK, *COMMENT, "-j", "MASQUERADE")),
)
NEEDED = {"net.ipv4.ip_forward": "1", "net.bridge.bridge-nf-call-iptables": "1"}
# These are set by the kubelet and kube-proxy.
CHANGED = ("kernel.panic", "kernel.panic_on_oops", "vm.overcommit_memory", "net.ipv4.conf.all.route_localnet")
SAVED = BARE / "sysctl.json"
# What the kubelet, kube-proxy and the CNI plugin portmap leave in the packet filter.
LEFT_RULES = (
    *(("filter", chain, ("-j", "KUBE-FIREWALL")) for chain in ("INPUT", "OUTPUT")),
    *(
        ("nat", chain, ("-m", "addrtype", "--dst-type", "LOCAL", "-j", "CNI-HOSTPORT-DNAT"))
        for chain in ("PREROUTING", "OUTPUT")
    ),
    (
        "nat",
        "POSTROUTING",
        ("-m", "comment", "--comment", "CNI portfwd requiring masquerade", "-j", "CNI-HOSTPORT-MASQ"),
    ),
)
LEFT_CHAINS = ("KUBE-", "CNI-DN-", "CNI-HOSTPORT-")


def other_cluster() -> bool:
    """Whether the packet filter has rules of a Kubernetes that was not started here."""
    return not BARE.exists() and "KUBE-SERVICES" in (attempt("iptables", "-w", "-t", "nat", "-S") or "")


def up() -> None:
    """Set up what pods and services need, such that no packet for them can leave by the default route."""
    for module in ("br_netfilter", "overlay"):
        attempt("modprobe", module)
    if not SAVED.exists():
        BARE.mkdir(parents=True, exist_ok=True)
        SAVED.write_text(json.dumps({name: _sysctl(name).read_text().strip() for name in (*NEEDED, *CHANGED)}))
    for name, value in NEEDED.items():
        _sysctl(name).write_text(value)
    # An empty bridge carries the node's address: a dummy link would need a kernel module.
    if attempt("ip", "link", "show", NODE_LINK) is None:
        run("ip", "link", "add", NODE_LINK, "type", "bridge")
    run("ip", "address", "replace", f"{NODE_ADDRESS}/32", "dev", NODE_LINK)
    run("ip", "link", "set", NODE_LINK, "up")
    run("ip", "route", "replace", SERVICE_RANGE, "dev", NODE_LINK, "src", NODE_ADDRESS)
    # The pods' own bridge comes with the first pod and has a narrower route.
    run("ip", "route", "replace", "unreachable", POD_RANGE)
    for table, chain, rule in RULES:
        if attempt("iptables", "-w", "-t", table, "-C", chain, *rule) is None:
            run("iptables", "-w", "-t", table, "-I", chain, *rule)


def down(proxy_cleanup: tuple[str, ...]) -> None:
    """Remove what up() and the cluster's processes made; proxy_cleanup is kube-proxy's own removal."""
    if proxy_cleanup:
        attempt(*proxy_cleanup)
    for table, chain, rule in (*RULES, *LEFT_RULES):
        for tool in ("iptables", "ip6tables"):
            while attempt(tool, "-w", "-t", table, "-D", chain, *rule) is not None:
                pass
    for tool in ("iptables", "ip6tables"):
        for table in ("filter", "nat", "mangle"):
            _remove_chains(tool, table)
    attempt("ip", "route", "delete", "unreachable", POD_RANGE)
    for link in (POD_LINK, NODE_LINK):
        attempt("ip", "link", "delete", link)
    if SAVED.exists():
        for name, value in json.loads(SAVED.read_text()).items():
            _sysctl(name).write_text(value)


def _remove_chains(tool: str, table: str) -> None:
    listed = (attempt(tool, "-w", "-t", table, "-S") or "").splitlines()
    chains = [line[3:] for line in listed if line.startswith("-N ") and line[3:].startswith(LEFT_CHAINS)]
    for action in ("-F", "-X"):
        for chain in chains:
            attempt(tool, "-w", "-t", table, action, chain)


def _sysctl(name: str) -> Path:
    file = Path("/proc/sys") / name.replace(".", "/")
    if not file.exists():
        die(f"this kernel has no {name}: load its module (modprobe br_netfilter) and run 'make cluster' again")
    return file
