"""Containers: commands, variables, probes, images and the logins for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from polypod import Build, Gateway, Pod, Port, Probe, RegistryCredentials, Secret, concat
from polypod.config.site import Site
from tests.programs import Later, container, site, web
from tests.targets.aci.groups import TOGETHER, containers, only, properties
from tests.targets.aci.plan.test_settings import IDENTITY

STACK = RegistryCredentials(server="registry.test", username="ci", password=Secret("geheim"))
OWN = RegistryCredentials(server="docker.io", username="u", password=Secret("p"))


def test_command_and_arguments_are_one_list() -> None:
    """Which replaces both of the image's."""
    assert only(web(command=["a", "b"], args=["polypod{web.port}"]))["command"] == ["a", "b", "80"]
    assert "command" not in only(web())


def test_secret_variables_are_secure_values() -> None:
    """So is what is known only later, which may be a secret."""
    env = {"A": "a", "B": 5, "C": Secret("geheim"), "D": concat("x", Secret("geheim")), "E": Later(), "F": ""}
    assert only(web(env=env))["environmentVariables"] == [
        {"name": "A", "value": "a"},
        {"name": "B", "value": "5"},
        {"name": "C", "secureValue": "[secret]"},
        {"name": "D", "secureValue": "x[secret]"},
        {"name": "E", "secureValue": "[deferred]"},
        {"name": "F", "value": ""},
    ]


def test_every_port_is_listed() -> None:
    """With its protocol."""
    ports = only(web(ports=[Port(53, protocol="udp")]))["ports"]
    assert ports == [{"port": 80, "protocol": "TCP"}, {"port": 53, "protocol": "UDP"}]


@pytest.mark.parametrize("field", ["readiness", "liveness"])
@pytest.mark.parametrize(
    ("probe", "expected"),
    [
        (Probe.http("/health"), {"httpGet": {"path": "/health", "port": 80, "scheme": "http"}}),
        (Probe.http("/", port=81), {"httpGet": {"path": "/", "port": 81, "scheme": "http"}}),
        (Probe.exec("true", "x"), {"exec": {"command": ["true", "x"]}}),
    ],
)
def test_probes_ask_over_http_or_run_a_command(field: str, probe: Probe, expected: dict[str, Any]) -> None:
    """With the model's times; the first port is asked where none is named."""
    times = {"periodSeconds": 2, "timeoutSeconds": 2, "failureThreshold": 3}
    assert only(web(**{field: probe}))[f"{field}Probe"] == {**expected, **times}


def test_times_are_whole_seconds() -> None:
    """Rounded up."""
    probe = Probe.http("/", period="500ms", timeout="1.5s", failure_threshold=7, initial_delay="10s")
    found = only(web(readiness=probe))["readinessProbe"]
    del found["httpGet"]
    assert found == {"periodSeconds": 1, "timeoutSeconds": 2, "failureThreshold": 7, "initialDelaySeconds": 10}


def test_init_containers_have_what_azure_takes_for_them() -> None:
    """In the order of the program."""
    init = [container("b", command=["x"], env={"A": "a"}), container("a")]
    found = properties(Pod(container(), init=init))["initContainers"]
    assert found == [
        {
            "name": "b",
            "properties": {"image": "b:1", "command": ["x"], "environmentVariables": [{"name": "A", "value": "a"}]},
        },
        {"name": "a", "properties": {"image": "a:1"}},
    ]


def test_sidecars_come_before_the_main_container() -> None:
    """As everywhere."""
    pod = Pod(container(), sidecars=[container("a"), container("b")])
    assert list(containers(properties(pod))) == ["a", "b", "web"]


def test_the_images_of_the_machine_take_the_place_of_others() -> None:
    """For the emulator, which runs them here."""
    assert only(web(image="nginx:1.29"), images={"nginx:1.29": "mirror/nginx:1"})["image"] == "mirror/nginx:1"
    assert only(web(image=Later()))["image"] == "[deferred]"


def test_docker_hub_has_a_name_of_its_own_in_logins() -> None:
    """The one that Azure looks for."""
    found = properties(Pod(container(), registries=[OWN]))["imageRegistryCredentials"]
    assert found == [{"server": "index.docker.io", "username": "u", "password": "[secret]"}]


@pytest.fixture
def built(tmp_path: Path) -> Site:
    """A site with something to build."""
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "Dockerfile").write_text("FROM scratch\n")
    return site(root=tmp_path)


BUILT = {"server": "[registry]", "username": "[registry user]", "password": "[registry password]"}
PULLED = {"server": "registry.test", "username": "ci", "password": "[secret]"}


@pytest.mark.parametrize("settings", [{}, {"identity": IDENTITY}])
def test_built_images_come_from_the_stacks_registry(built: Site, settings: Any) -> None:
    """By its password; whether an identity may pull depends on the registry that there will be."""
    model = Pod(container(image=Build("app")), init=[container("a", image=Build("app"))])
    found = properties(model, settings=settings, root=built.root)
    assert containers(found)["web"]["image"] == containers(found, "initContainers")["a"]["image"] == "[image-app]"
    assert found["imageRegistryCredentials"] == [BUILT]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [({}, PULLED), ({"identity": IDENTITY}, {"server": "registry.test", "identity": IDENTITY})],
)
@pytest.mark.parametrize(
    "images",
    [(Build("app"), Build("app")), ("registry.test/a:1", Build("app")), ("registry.test/a:1", "a:1"), (Later(), "a:1")],
    ids=["built", "both", "pulled", "deferred"],
)
def test_the_stacks_registry_has_one_login(built: Site, images: Any, settings: Any, expected: Any) -> None:
    """Whether an image was built by this program, by another, or is known only later."""
    model = Pod(container(image=images[0]), init=[container("a", image=images[1])])
    found = properties(model, settings=settings, root=built.root, registry=STACK)
    assert found["imageRegistryCredentials"] == [expected]


def test_no_login_is_sent_that_nothing_needs() -> None:
    """Azure would refuse a group for one that is out of date."""
    assert "imageRegistryCredentials" not in properties(web(), registry=STACK)


def test_built_images_may_come_from_docker_hub(built: Site) -> None:
    """Under the name that Azure looks for."""
    found = properties(web(image=Build("app")), root=built.root, registry=OWN)
    assert found["imageRegistryCredentials"] == [{"server": "index.docker.io", "username": "u", "password": "[secret]"}]


def test_the_registry_that_is_pulled_from_decides() -> None:
    """Not the one that the image of the program names."""
    found = properties(web(), registry=STACK, images={"web:1": "registry.test/web:1"})
    assert found["imageRegistryCredentials"] == [PULLED]
    elsewhere = {"registry.test/web:1": "mirror.test/web:1"}
    found = properties(web(image="registry.test/web:1"), registry=STACK, images=elsewhere)
    assert "imageRegistryCredentials" not in found


def test_a_pods_own_login_comes_first() -> None:
    """It knows better than the stack."""
    own = RegistryCredentials(server="registry.test", username="me", password=Secret("x"))
    model = Pod(container(image="registry.test/a:1"), registries=[own, OWN])
    found = properties(model, registry=STACK)["imageRegistryCredentials"]
    assert [(login["server"], login["username"]) for login in found] == [
        ("registry.test", "me"),
        ("index.docker.io", "u"),
    ]


def test_one_group_has_the_logins_of_all_pods() -> None:
    """Each registry once."""
    pods = [Pod(container(name), registries=[OWN]) for name in ("a", "b")]
    assert len(properties(Gateway(pods), "", TOGETHER)["imageRegistryCredentials"]) == 1
