"""Each rule between the pods of an application, and how all problems come together."""

from __future__ import annotations

from typing import Any

import pytest

from polypod import *
from polypod.patterns import log_tailer, postgres, redis, wait_for
from tests.programs import DB, A, B, container, found, gateway, said, web

LITERAL = "where no reference is meant, write 'polypod{polypod}{'"
FORMS = f"write 'polypod{{pod.host}}', 'polypod{{pod.port}}' or 'polypod{{pod.port.name}}'; {LITERAL}"
HAS_PORT = "give its container port="
CIRCLE = "remove a depends_on=, or refer to {0!r} with PodReference({0!r}), which does not wait"
OWN = Mount("/m", PersistentVolume("data", per_replica=True))
LOGS = Mount("/logs", ScratchVolume("logs"))
SHARED = PersistentVolume("shared")


def env(value: Any, *others: Pod, **fields: Any) -> Gateway:
    """An application in which ``web`` has one environment variable."""
    return gateway(web(env={"A": value}, **fields), DB, *others)


BROKEN: list[tuple[Any, str, str, str]] = [
    (Gateway([]), "pods", "there is no pod", "add at least one"),
    (
        Gateway({"shop": web()}),
        "pods.shop",
        "the pod is named 'web'",
        "list it as 'web', or rename its main container",
    ),
    (Gateway([web(), DB, web(port=81)]), "pods[2]", "pods.web is named 'web' too", "give every pod its own name"),
    (Gateway([Pod(container("gateway"))]), "pods.gateway", "the gateway itself has this name", "rename the pod"),
    (
        gateway(Pod(container("web", port=80), sidecars=[container("db")]), DB),
        "pods.web.sidecars[0].name",
        "inside this pod, 'db' would hide the pod of that name",
        "rename one of them",
    ),
    (
        env("polypod{dbb.host}"),
        "pods.web.main.env.A",
        "'dbb', which it refers to, is not a pod of the application",
        f"use one of db, web; {LITERAL}",
    ),
    (
        env(concat("x", Secret("y"), "polypod{server.port}")),
        "pods.web.main.env.A",
        "'server', which it refers to, is not a pod of the application",
        f"use one of db, web; {LITERAL}",
    ),
    (
        gateway(web(args=["polypod{x.host}"])),
        "pods.web.main.args[0]",
        "'x', which it refers to, is not a pod of the application",
        f"use one of web; {LITERAL}",
    ),
    (
        gateway(web(mounts=[Mount("/m", ConfigVolume("f", {"f.txt": "polypod{x.host}"}))])),
        "pods.web.main.mounts[0].volume.files.f.txt",
        "'x', which it refers to, is not a pod of the application",
        f"use one of web; {LITERAL}",
    ),
    (
        env(PodReference("dbb").host),
        "pods.web.main.env.A",
        "'dbb', which it refers to, is not a pod of the application",
        f"use one of db, web; {LITERAL}",
    ),
    (env("polypod{job.port}", Pod(container("job"))), "pods.web.main.env.A", "'job' has no port", HAS_PORT),
    (
        env("polypod{db.port.metrics}"),
        "pods.web.main.env.A",
        "'db' has no port named 'metrics'",
        "its named ports are: sql",
    ),
    (env("polypod{web.port.x}"), "pods.web.main.env.A", "'web' has no port named 'x'", "its named ports are: none"),
    (
        Pod(container("web", port=80, env={"A": "polypod{helper.port}"}), sidecars=[container("helper")]),
        "pods.web.main.env.A",
        "'helper' has no port",
        HAS_PORT,
    ),
    (
        Pod(container("web", env={"A": "polypod{setup.host}"}), init=[container("setup")]),
        "pods.web.main.env.A",
        "'setup', which it refers to, is not a pod of the application",
        f"use one of web; {LITERAL}",
    ),
    (env("polypod{db.prot}"), "pods.web.main.env.A", "'polypod{db.prot}' is not a reference", FORMS),
    (env("polypod{db}"), "pods.web.main.env.A", "'polypod{db}' is not a reference", FORMS),
    (env("polypod{ db.host }"), "pods.web.main.env.A", "'polypod{ db.host }' is not a reference", FORMS),
    (env("polypod{}"), "pods.web.main.env.A", "'polypod{}' is not a reference", FORMS),
    (env("polypod{db.port.s:q}"), "pods.web.main.env.A", "'polypod{db.port.s:q}' is not a reference", FORMS),
    (env("polypod{DB.host}"), "pods.web.main.env.A", "'polypod{DB.host}' is not a reference", FORMS),
    (
        gateway(Pod(container("web", port=80), depends_on=[DB, "cache"]), DB),
        "pods.web.depends_on[1]",
        "'cache' is not a pod of the application",
        "use one of db, web",
    ),
    (Pod(container(), depends_on=["web"]), "pods.web.depends_on[0]", "the pod waits for itself", "remove it"),
    (
        Gateway([Pod(container("a"), depends_on=["b"]), Pod(container("b", port=1), depends_on=["a"])]),
        "pods.a",
        "pods wait for each other: a -> b -> a",
        CIRCLE.format("b"),
    ),
    (
        Gateway([Pod(container(name), depends_on=[after]) for name, after in ("ab", "bc", "cd", "db")]),
        "pods.b",
        "pods wait for each other: b -> c -> d -> b",
        CIRCLE.format("c"),
    ),
    (
        Gateway([Pod(container("a", port=1, env={"B": "polypod{b.host}"})), Pod(container("b"), depends_on=["a"])]),
        "pods.a",
        "pods wait for each other: a -> b -> a",
        CIRCLE.format("b"),
    ),
    (
        Gateway(
            [
                web(mounts=[Mount("/m", PersistentVolume("data", "1Gi"))]),
                Pod(container("b", mounts=[Mount("/m", PersistentVolume("data", "2Gi"))])),
            ]
        ),
        "pods.b.main.mounts[0].volume.size",
        "the persistent volume 'data' has another size elsewhere",
        "use one volume object in all pods that share it",
    ),
    (
        Gateway([Pod(container(name, mounts=[OWN])) for name in ("web", "b")]),
        "pods.b.main.mounts[0].volume.per_replica",
        "the persistent volume 'data' of each replica is mounted by the pod 'web' too",
        "give the volumes two names, or leave per_replica= out",
    ),
]


@pytest.mark.parametrize(("model", "path", "what", "fix"), BROKEN, ids=[f"{row[1]}: {row[2]}" for row in BROKEN])
def test_a_broken_rule_gives_one_problem(model: Any, path: str, what: str, fix: str) -> None:
    """The author reads where it is, what is wrong there and what to do."""
    assert [(path, what, fix)] == said(model)


VALID: list[Any] = [
    Gateway([A, B]),
    env(f"{DB.host}:{DB.port}"),
    env("polypod{db.port.sql} polypod{polypod}{x.host} ${web.host} ${HOME} ${x.y} polypod{web.host}"),
    Pod(container("web", env={"A": "polypod{helper.port}"}), sidecars=[container("helper", port=1)]),
    Group("g", peers=[container("g", port=1), container("b", env={"A": "polypod{g.port}"})]),
    Gateway([web(port=Port(80, publish=81)), Pod(container("b", port=Port(80, publish=81, protocol="udp")))]),
    Gateway([web(mounts=[Mount("/m", SHARED)]), Pod(container("b", mounts=[Mount("/m", SHARED)]))]),
    Gateway(
        [
            Pod(container("web", port=80, mounts=[LOGS]), sidecars=[log_tailer(LOGS)], init=[wait_for(DB)]),
            DB,
            postgres("sql", password="x"),
            redis("cache", size="1Gi"),
            redis("sessions"),
        ]
    ),
]


@pytest.mark.parametrize("model", VALID)
def test_a_valid_application_has_no_problem(model: Any) -> None:
    """What every target can run is not complained about."""
    assert found(model) == []


def test_all_problems_are_reported_together() -> None:
    """One run is enough to learn everything that is wrong."""
    model = Gateway(
        [
            Pod(container("web", port=0, env={"A": "polypod{nobody.host}"}), replicas=0, depends_on=["web"]),
            Pod(container("job", image="job")),
        ],
        routes=[Route("/", "job"), Route("api", [])],
        port=70000,
    )
    with pytest.raises(ModelError) as caught:
        check(model, "docker")
    expected = [
        "pods.web.main.port.number",
        "pods.web.replicas",
        "pods.job.main.image",
        "pods.web.main.env.A",
        "pods.web.depends_on[0]",
        "gateway.port",
        "routes[0].to[0]",
        "routes[1].prefix",
        "routes[1].to",
    ]
    assert expected == [problem.path for problem in caught.value.problems]


def test_an_error_prints_every_problem_with_its_fix() -> None:
    """What the author sees on the terminal."""
    with pytest.raises(ModelError) as caught:
        check(Pod(container("web", port=0), replicas=0), "docker")
    expected = """\
the program is not valid (2 problems):
  PP115 pods.web.main.port.number: 0 is not a port
    fix: use a number from 1 to 65535
  PP114 pods.web.replicas: 0 is less than 1
    fix: use 1 or more"""
    assert expected == str(caught.value)
    assert isinstance(caught.value, ValueError)


def test_a_problem_prints_as_one_line() -> None:
    """For logs, and for tests that fail."""
    assert str(found(Group("web", peers=[]))[0]) == "PP170 pods.web: there is no container; add at least one"


@pytest.mark.parametrize("model", [None, "web", container(), {"main": {}}])
def test_what_is_no_application_is_refused(model: Any) -> None:
    """A container alone, for example, is a problem and no traceback."""
    with pytest.raises(ModelError) as caught:
        check(model, "docker")
    what = f"{type(model).__name__} is not an application"
    assert (Problem("PP103", "program", what, "give a Gateway, a Pod or a Group"),) == caught.value.problems
