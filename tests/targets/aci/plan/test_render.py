"""Programs as container groups: which there are, how they find each other, and what the stack's config adds."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from polypod import Autoscale, Backend, Container, Gateway, Group, Pod, Port, Route, concat
from tests.programs import DB, container, gateway, web
from tests.targets.aci.groups import PRIVATE, TOGETHER, containers, groups, only, plan, properties
from tests.targets.aci.plan.test_settings import IDENTITY, SUBNET

WORKER = Pod(container("worker", env={"URL": f"x://{DB.host}:{DB.port}", "SELF": "polypod{worker.host}"}), replicas=2)
SHOP = Gateway([WORKER, web(), DB], routes=[Route("/", "web"), Route("/b/", [Backend("db", weight=2), "web"])])


def variables(found: dict[str, Any]) -> dict[str, str]:
    """The variables of a container."""
    return {item["name"]: item["value"] for item in found["environmentVariables"]}


def test_each_replica_of_each_pod_is_a_group() -> None:
    """Made after those it waits for, the gateway last."""
    found = {group.key: group for group in plan(SHOP).groups}
    assert {key: group.name for key, group in found.items()} == {
        "web-0": "store-web-0",
        "db-0": "store-db-0",
        "worker-0": "store-worker-0",
        "worker-1": "store-worker-1",
        "gateway-0": "store-gateway-0",
    }
    assert list(found)[-1] == "gateway-0"
    assert {key: set(group.waits_for) for key, group in found.items()} == {
        "web-0": set(),
        "db-0": set(),
        "worker-0": {"db-0"},
        "worker-1": {"db-0"},
        "gateway-0": {"web-0", "db-0"},
    }


def test_a_pod_waits_for_those_it_names() -> None:
    """For every replica."""
    app = Gateway([Pod(container("a"), replicas=2), Pod(container("b"), depends_on=["a"])])
    assert {group.key: group.waits_for for group in plan(app).groups}["b-0"] == ("a-0", "a-1")


def test_an_autoscaled_pod_has_its_least_replicas() -> None:
    """Azure adds none."""
    assert list(groups(Pod(container(), autoscale=Autoscale(min_replicas=2, max_replicas=5)))) == ["web-0", "web-1"]


def test_everything_can_be_one_group() -> None:
    """The gateway last, whose container is the last to get CPU and memory."""
    (group,) = plan(SHOP, TOGETHER).groups
    assert (group.key, group.name, group.path, group.waits_for) == ("", "store", "program", ())
    found = properties(SHOP, "", TOGETHER)
    assert list(containers(found)) == ["db", "web", "worker", "gateway"]


def test_containers_of_one_name_get_their_pods_name_in_one_group() -> None:
    """Only they."""
    pods = [Pod(container(name, port=port), sidecars=[container("log")]) for name, port in (("a", 1), ("b", 2))]
    found = properties(Gateway(pods), "", TOGETHER)
    assert list(containers(found)) == ["a-log", "a", "b-log", "b", "gateway"]


def test_references_become_the_address_of_the_group() -> None:
    """Of the first replica; a pod's own address is localhost."""
    found = containers(properties(SHOP, "worker-1"))["worker"]
    assert variables(found) == {"URL": "x://[host of db-0]:5432", "SELF": "localhost"}


def test_references_in_one_group_are_localhost() -> None:
    """Whichever pod they name."""
    found = containers(properties(SHOP, "", TOGETHER))["worker"]
    assert variables(found) == {"URL": "x://localhost:5432", "SELF": "localhost"}


def test_siblings_are_localhost() -> None:
    """Under their names too."""
    pod = Group("g", peers=[container("a", env={"B": "polypod{b.host}:polypod{b.port}"}), container("b", port=81)])
    assert variables(containers(properties(pod, "g-0"))["a"]) == {"B": "localhost:81"}


def configuration(model: Gateway, key: str, settings: Any = None, file: str = "nginx.conf") -> str:
    """What the gateway's nginx is told."""
    found = properties(model, key, settings)
    mounts = containers(found)["gateway"]["volumeMounts"]
    (name,) = (mount["name"] for mount in mounts if mount["mountPath"] == "/etc/polypod")
    (text,) = (volume["secret"][file] for volume in found["volumes"] if volume["name"] == name)
    return str(text)


def test_the_gateway_lists_every_replica() -> None:
    """And resolves its name again and again, with the DNS server of its own container."""
    app = Gateway([Pod(container(port=80), replicas=2), DB], routes=[Route("/", ["web", Backend("db", weight=2)])])
    text = configuration(app, "gateway-0")
    listed = [line.strip() for line in text.splitlines() if line.strip().startswith("server ") and "weight" in line]
    assert listed == [
        f"server [host of {host} weight={weight} {options} resolve;"
        for options in ("max_fails=1 fail_timeout=1s", "max_fails=0 backup")
        for host, weight in (("web-0]:80", 1), ("web-1]:80", 1), ("db-0]:5432", 2))
    ]
    assert "resolver @RESOLVER@" in text
    assert "resolv.conf" in configuration(app, "gateway-0", file="configure.sh")
    command = containers(properties(app, "gateway-0"))["gateway"]["command"]
    assert command[:2] == ["sh", "-c"]
    assert "/etc/polypod/configure.sh" in command[2]


def test_a_pod_that_is_named_like_a_replica_is_another() -> None:
    """The gateway tells them apart."""
    pods = [web(), Pod(container("web-0", port=81))]
    text = configuration(Gateway(pods, routes=[Route("/", pods)]), "gateway-0")
    assert "server [host of web-0]:80 " in text
    assert "server [host of web-0-0]:81 " in text


def test_a_gateway_in_the_same_group_asks_localhost() -> None:
    """Nothing is resolved."""
    text = configuration(SHOP, "", TOGETHER)
    assert "server 127.0.0.1:80 weight=1" in text
    assert "resolver" not in text


def test_the_gateway_answers_on_its_own_port() -> None:
    """Nobody else can be reached when all are in one group."""
    listed = [{"port": 8080, "protocol": "TCP"}]
    assert properties(SHOP, "gateway-0")["ipAddress"]["ports"] == listed
    assert properties(SHOP, "", TOGETHER)["ipAddress"]["ports"] == listed


def test_what_others_use_can_be_reached() -> None:
    """A pod that nobody refers to has no address, unless it publishes a port."""
    quiet = Pod(container("quiet", port=81))
    named = Pod(container("named", port=82), depends_on=["quiet"])
    shown = Pod(container("shown", ports=[Port(83, publish=83), 84]))
    found = groups(Gateway([web(), WORKER, DB, quiet, named, shown], routes=[Route("/", "web")]))
    addresses = {key: body["properties"].get("ipAddress") for key, body in found.items()}
    assert {key: [port["port"] for port in item["ports"]] for key, item in addresses.items() if item} == {
        "web-0": [80],
        "db-0": [5432],
        "shown-0": [83],
        "gateway-0": [8080],
    }


def test_a_public_address_has_a_name() -> None:
    """The group's, with a part of Azure's own that no other label is in the way of."""
    assert properties(web(ports=[Port(81, publish=81, protocol="udp")]))["ipAddress"] == {
        "type": "Public",
        "ports": [{"port": 81, "protocol": "UDP"}],
        "dnsNameLabel": "store-web-0",
        "autoGeneratedDomainNameLabelScope": "ResourceGroupReuse",
    }


@pytest.mark.parametrize("settings", [{}, TOGETHER])
def test_the_stacks_label_is_the_gateways(settings: dict[str, str]) -> None:
    """Just as it was written."""
    found = groups(SHOP, {**settings, "dnsLabel": "front-end"})
    labels = {
        key: (address["dnsNameLabel"], address["autoGeneratedDomainNameLabelScope"])
        for key, body in found.items()
        if (address := body["properties"].get("ipAddress"))
    }
    assert [key for key, label in labels.items() if label == ("front-end", "Unsecure")] == [list(found)[-1]]


def test_without_a_gateway_the_label_is_the_pods() -> None:
    """There is only one."""
    pod = web(ports=[Port(81, publish=81)])
    assert properties(pod, settings={"dnsLabel": "front-end"})["ipAddress"]["dnsNameLabel"] == "front-end"


@pytest.mark.parametrize(
    ("settings", "subnet", "network"), [(PRIVATE, "[subnet]", True), ({"subnet": SUBNET}, SUBNET, False)]
)
def test_in_a_network_addresses_are_private(settings: dict[str, str], subnet: str, network: bool) -> None:
    """In a subnet of the stack's own, or in one that is there."""
    assert plan(SHOP, settings).network is network
    for key, body in groups(SHOP, settings).items():
        assert body["properties"]["subnetIds"] == [{"id": subnet}]
        ports = body["properties"].get("ipAddress")
        assert ports is None if key.startswith("worker") else set(ports) == {"type", "ports"}


def test_the_stacks_config_reaches_every_group() -> None:
    """Zone, tags, identity, logs; spare capacity for those that may be evicted."""
    config = {"zone": "2", "tags": {"a": "b"}, "identity": IDENTITY, "logAnalytics": {}, "spot": ["worker"]}
    assert plan(SHOP, config).logged
    for key, body in groups(SHOP, config).items():
        assert (body["zones"], body["tags"]) == (["2"], {"a": "b"})
        assert body["identity"] == {"type": "UserAssigned", "userAssignedIdentities": {IDENTITY: {}}}
        logs = {"workspaceId": "[workspace id]", "workspaceKey": "[workspace key]"}
        assert body["properties"]["diagnostics"] == {"logAnalytics": logs}
        assert body["properties"].get("priority") == ("Spot" if key.startswith("worker") else None)


def test_without_config_there_is_nothing_of_it() -> None:
    """Azure has its own defaults."""
    (body,) = groups(web()).values()
    assert set(body) == {"tags", "properties"}
    assert set(body["properties"]) == {"osType", "restartPolicy", "containers"}
    assert not plan(web()).logged


@pytest.mark.parametrize("restart", ["on-failure", "never"])
def test_a_job_with_a_limit_is_not_restarted_by_azure(restart: Any) -> None:
    """Which knows no limit: the program starts it again."""
    assert properties(attrs.evolve(web(restart=restart), attempts=3))["restartPolicy"] == "Never"


@pytest.mark.parametrize(("restart", "policy"), [("always", "Always"), ("on-failure", "OnFailure"), ("never", "Never")])
def test_the_restart_policy_is_the_groups(restart: Any, policy: str) -> None:
    """In Azure's words."""
    assert properties(web(restart=restart))["restartPolicy"] == policy


def test_published_ports_are_the_components_addresses() -> None:
    """Under the names that every target gives them."""
    pod = web(ports=[Port(81, publish=81), Port(82, publish=82, protocol="udp", name="dns")])
    (group,) = plan(pod).groups
    assert [(a.key, a.scheme, a.port) for a in group.addresses] == [("web-81", "http", 81), ("web-dns", "udp", 82)]
    assert {a.key for group in plan(SHOP).groups for a in group.addresses} == {"gateway"}


def test_a_group_is_ready_when_its_slowest_pod_is() -> None:
    """The longest time of all that share it."""
    app = Gateway([web(), Pod(container("slow"), ready_within="10m")])
    assert [group.ready_seconds for group in plan(app, TOGETHER).groups] == [600]
    assert {group.key: group.ready_seconds for group in plan(app).groups} == {
        "web-0": 120,
        "slow-0": 600,
        "gateway-0": 120,
    }


def test_a_name_that_azure_does_not_take_is_made_to_fit() -> None:
    """Whatever the component is called."""
    (group,) = plan(web(), component="My_Shop").groups
    assert group.name.startswith("my-shop-web-0-")


def test_texts_of_several_parts_keep_their_parts() -> None:
    """A host in the middle of them."""
    api = web(env={"A": concat("polypod{db.host}", ":", 5)})
    found = containers(properties(Gateway([api, DB]), "web-0"))["web"]
    assert variables(found) == {"A": "[host of db-0]:5"}
    assert isinstance(api.main, Container)
    assert only(gateway().pods["web"])["image"] == "web:1"
