"""Each rule between the pods of an application and its gateway, and how all problems come together."""

from __future__ import annotations

from typing import Any

import pytest

from polypod import (
    Backend,
    ConfigVolume,
    Gateway,
    Group,
    ModelError,
    Mount,
    PersistentVolume,
    Pod,
    PodReference,
    Port,
    Problem,
    Route,
    ScratchVolume,
    Secret,
    check,
    concat,
)
from polypod.model.application import Application
from polypod.patterns import log_tailer, postgres, redis, wait_for
from tests.programs import container, found, gateway, said, web

DB = Pod(container("db", port=Port(5432, name="sql")))
LITERAL = "where no reference is meant, write 'polypod{polypod}{'"
FORMS = f"write 'polypod{{pod.host}}', 'polypod{{pod.port}}' or 'polypod{{pod.port.name}}'; {LITERAL}"
PREFIX = "write '/api/' for everything below it, or '/api' for this path only"
HAS_PORT = "give its container port="
MAIN_PORT = "give its main container port="
CIRCLE = "remove a depends_on=, or refer to {0!r} with PodReference({0!r}), which does not wait"
TIME = "write a time span such as '30s', '500ms' or '2m'"
MEMORY = "write an amount of memory such as '256Mi' or '1G'"


def env(value: Any, *others: Pod, **fields: Any) -> Gateway:
    """An application in which ``web`` has one environment variable."""
    return gateway(web(env={"A": value}, **fields), DB, *others)


def routed(prefix: str = "/", to: Any = "web", *others: Any, **fields: Any) -> Gateway:
    """An application with one route."""
    return Gateway([web(), *others], routes=[Route(prefix, to, **fields)])


OWN = Mount("/m", PersistentVolume("data", per_replica=True))

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
    (gateway(port=0), "gateway.port", "0 is not a port", "use a number from 1 to 65535"),
    (
        gateway(address="everywhere"),
        "gateway.address",
        "'everywhere' is not an IP address",
        "use '127.0.0.1', '0.0.0.0' or an address of the host",
    ),
    (
        gateway(image="nginx"),
        "gateway.image",
        "'nginx' names no version",
        "add a tag or a digest, such as 'nginx:1.0'; ':latest' if you mean it",
    ),
    (gateway(timeout="x"), "gateway.timeout", f"'x' is not {TIME[6:]}", f"{TIME}, or 'unlimited'"),
    (gateway(connect_timeout="x"), "gateway.connect_timeout", f"'x' is not {TIME[6:]}", TIME),
    (gateway(max_body_size="x"), "gateway.max_body_size", f"'x' is not {MEMORY[6:]}", f"{MEMORY}, or 'unlimited'"),
    (gateway(max_header_size="x"), "gateway.max_header_size", f"'x' is not {MEMORY[6:]}", MEMORY),
    (
        Gateway([web()], routes=[Route("/a/", "web"), Route("/b/", "web"), Route("/a/", "web")]),
        "routes[2].prefix",
        "'/a/' is also the prefix of routes[0]",
        "list several backends in one route, or choose another prefix",
    ),
    (
        Gateway([web()], routes=[Route("/\u00fc/", "web"), Route("/%C3%BC/", "web")]),
        "routes[1].prefix",
        "'/%C3%BC/' is also the prefix of routes[0]",
        "list several backends in one route, or choose another prefix",
    ),
    *(
        (routed(prefix), "routes[0].prefix", f"{prefix!r} is not a path: {why}", PREFIX)
        for prefix, why in {
            "": "a path starts with '/'",
            "api/": "a path starts with '/'",
            "//": "it has an empty segment, '//'",
            "/a//b": "it has an empty segment, '//'",
            "/a/../": "it has a segment '.' or '..'",
            "/%2e/": "it has a segment '.' or '..'",
            "/a/..": "it has a segment '.' or '..'",
            "/users/{id}/": "a route takes no patterns",
            "/a?b": "a path ends before the '?'",
            "/a#b": "a path ends before the '#'",
            "/100%/": "'%' is not followed by two hexadecimal digits",
            "/%2f/": "'%2f' cannot be in the path of a route",
            "/a/\n": "'\\n' cannot be in the path of a route",
            "/%ff/": "its bytes are not UTF-8",
        }.items()
    ),
    *(
        (routed(prefix), "routes[0].prefix", "the gateway keeps '/.polypod/' for itself", "choose another prefix")
        for prefix in ("/.polypod", "/.polypod/health", "/%2epolypod/")
    ),
    (
        gateway(trusted_proxies=["10.0.0.1/8"]),
        "gateway.trusted_proxies[0]",
        "10.0.0.1/8 has host bits set",
        "write an address or a network, such as '10.0.0.0/8'",
    ),
    (
        routed("/a/", protocol="grpc", strip_prefix=True),
        "routes[0].strip_prefix",
        "clients of gRPC put nothing before the name of the service",
        "leave it out, and let the prefix be '/package.Service/'",
    ),
    (
        routed("/a/", protocol="grpc", buffer_requests=False),
        "routes[0].buffer_requests",
        "gRPC is passed on as it comes, in both directions",
        "leave it out",
    ),
    (routed("/", []), "routes[0].to", "the route leads nowhere", "name at least one pod"),
    (routed(timeout="x"), "routes[0].timeout", f"'x' is not {TIME[6:]}", f"{TIME}, or 'unlimited'"),
    (
        routed(max_body_size=0),
        "routes[0].max_body_size",
        "'0' is not more than nothing",
        f"{MEMORY}, or 'unlimited'",
    ),
    (routed("/", "api"), "routes[0].to[0]", "'api' is not a pod of the application", "use one of web"),
    (
        routed("/", ["web", "job"], Pod(container("job"))),
        "routes[0].to[1]",
        "the pod 'job' has no port",
        MAIN_PORT,
    ),
    (
        routed("/", Backend("web", port=81)),
        "routes[0].to[0]",
        "the pod 'web' does not list port 81",
        "list it in the ports of its container",
    ),
    (
        routed("/", "dns", Pod(container("dns", port=Port(53, protocol="udp")))),
        "routes[0].to[0]",
        "port 53 of the pod 'dns' is a UDP port",
        "name a TCP port with Backend(pod, port=...)",
    ),
    (
        routed("/", ["web", Backend("web", weight=2)]),
        "routes[0].to[1]",
        "'web' is listed twice",
        "list it once; weight= gives it a larger share",
    ),
    (routed("/", Backend("web", weight=0)), "routes[0].to[0].weight", "0 is less than 1", "use 1 or more"),
]


@pytest.mark.parametrize(("model", "path", "what", "fix"), BROKEN, ids=[f"{row[1]}: {row[2]}" for row in BROKEN])
def test_a_broken_rule_gives_one_problem(model: Any, path: str, what: str, fix: str) -> None:
    """The author reads where it is, what is wrong there and what to do."""
    assert [(path, what, fix)] == said(model)


A = Pod(container("a", port=1, env={"B": PodReference("b").url()}))
B = Pod(container("b", port=2, env={"A": A.url()}))
LOGS = Mount("/logs", ScratchVolume("logs"))
SHARED = PersistentVolume("shared")
VALID: list[Any] = [
    Gateway([A, B]),
    gateway(),
    gateway(routes=[]),
    gateway(DB, port=1, routes=[Route("/", DB, timeout="1h", max_body_size="1G", balance="least-connections")]),
    routed("/v1.0/~me/a_b-c/"),
    routed("/health/"),
    *(
        routed(path)
        for path in ("/healthz", "/graphql", "/@scope/", "/a b/", "/\u00fc/", "/a;b=c,d/", "/it's/", '/"/', "/a$b/")
    ),
    Gateway([web()], routes=[Route("/api", "web"), Route("/api/", "web"), Route("/", "web")]),
    routed("/p.Service/", protocol="grpc", max_body_size="1M"),
    gateway(timeout="unlimited", max_body_size="unlimited", trusted_proxies=["10.0.0.0/8", "::1", "192.0.2.1"]),
    routed(timeout="unlimited", max_body_size="unlimited", retry=True, buffer_requests=False, buffer_responses=True),
    routed("/", ["web", Backend("db", weight=3), Backend("web", port=80)], DB),
    routed("/", Backend("dns", port=54), Pod(container("dns", ports=[Port(53, protocol="udp"), 54]))),
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


@pytest.mark.parametrize(
    ("expected", "pods"),
    [
        (["a", "b", "c"], [Pod(container(name)) for name in "abc"]),
        (
            ["c", "b", "a"],
            [Pod(container("a"), depends_on=["b"]), Pod(container("b"), depends_on=["c"]), Pod(container("c"))],
        ),
        (["db", "web"], [web(env={"A": DB.host}), DB]),
        (["db", "web"], [Pod(container("web"), init=[wait_for(DB)]), DB]),
        (["db", "web"], [web(mounts=[Mount("/m", ConfigVolume("f", {"a": concat(DB.url(), Secret("x"))}))]), DB]),
        (["web", "db"], [web(env={"A": "polypod{web.port} polypod{nobody.host}"}), DB]),
    ],
)
def test_pods_start_after_what_they_wait_for(expected: list[str], pods: list[Pod]) -> None:
    """A reference is a dependency; without any, the order of the program stays."""
    assert expected == list(Application.of(Gateway(pods)).start_order())


def test_pods_may_refer_to_each_other_without_waiting() -> None:
    """Both connect to the other, and one of them waits."""
    app = Application.of(Gateway([A, B]))
    assert (app.dependencies, app.start_order()) == ({"a": frozenset(), "b": {"a"}}, ("a", "b"))
    assert app.clients == {"a": ("b",), "b": ("a",)}
    assert (app.cycle(), app.cycle(connected=True)) == ((), ("a", "b", "a"))


def test_a_pod_in_no_application_of_several_is_an_application() -> None:
    """A component that deploys one pod works on the same shape."""
    pod = web()
    assert Application({"web": pod}) == Application.of(pod)


@pytest.mark.parametrize("model", [None, "web", container(), {"main": {}}])
def test_what_is_no_application_is_refused(model: Any) -> None:
    """A container alone, for example, is a problem and no traceback."""
    with pytest.raises(ModelError) as caught:
        check(model, "docker")
    what = f"{type(model).__name__} is not an application"
    assert (Problem("PP103", "program", what, "give a Gateway, a Pod or a Group"),) == caught.value.problems
