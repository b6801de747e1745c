"""What holds on every platform: the same program, the same assertions."""

from __future__ import annotations

import time
from collections.abc import Callable

import httpx
import pytest

from .conftest import Anywhere
from .deployment import Deployment
from .fetch import fetch

PROGRAM = """
    import pulumi
    from polypod import *

    config = pulumi.Config()
    word = Secret(config.require_secret("word"))
    user = 65534
    base = {"image": "busybox:1.37", "user": user, "group": user}

    def serve(port, folder):
        return ["sh", "-c", f"trap exit TERM; httpd -f -p {port} -h {folder} & wait"]

    scratch = Mount("/scratch", ScratchVolume("scratch"))
    page = Mount("/www", ConfigVolume("page", {"index.html": config.get("page") or "first"}))
    hidden = Mount("/run/secrets", SecretVolume("hidden", {"word": word}))
    data = Mount("/data", PersistentVolume("data", "10Mi"))

    store = Pod(
        Container("store", **base, port=8081, mounts=[data], command=serve(8081, "/data"),
                  readiness=Probe.http("/started")),
        init=[Container("fill", **base, mounts=[data], command=[
            "sh", "-c", "[ -e /data/started ] || cat /proc/sys/kernel/random/uuid > /data/started"])],
        termination_grace_period="3s")
    web = Pod(
        Container("web", **base, port=8080, mounts=[page, scratch, hidden], command=serve(8080, "/www"),
                  env={"WORD": word, "STORE": store.url(), "MATE": "http://polypod{mate.host}:polypod{mate.port}"},
                  readiness=Probe.http("/")),
        init=[Container("first", **base, mounts=[scratch], command=["sh", "-c", "echo first >> /scratch/order"]),
              Container("second", **base, mounts=[scratch], command=["sh", "-c", "echo second >> /scratch/order"])],
        sidecars=[Container("mate", **base, port=8082, mounts=[scratch], command=serve(8082, "/scratch"))],
        replicas=config.get_int("replicas") or 1, termination_grace_period="3s")
    app = Gateway([store, web], routes=[Route("/web/", web), Route("/store/", store)],
                  port=config.require_int("port"))
    stack = GatewayStack("shop", app)
    pulumi.export("url", stack.url)
"""
WORD = "xyzzy-plugh"
FETCH = "wget -q -T 5 -O -"


@pytest.fixture(scope="module")
def shop(deploy_anywhere_once: Anywhere, shared_port: int) -> Deployment:
    """A gateway, a pod with every kind of helper, and one that keeps data; on each platform."""
    deployment = deploy_anywhere_once.program(PROGRAM, {"port": str(shared_port)}, {"word": WORD})
    deployment.up()
    return deployment


PROCESSES = """
    from polypod import *

    base = {"image": "busybox:1.37", "user": 65534, "group": 65534}

    def loop(trap, *names):
        return ["sh", "-c", f"trap exit TERM; {trap} while true; do sleep 9999 & wait; done", *names]

    def pod(name, shared):
        return Pod(Container(name, **base, command=loop("trap 'echo told' HUP;", "main-process")),
                   sidecars=[Container(f"{name}-mate", **base, command=loop(""))],
                   share_processes=shared, termination_grace_period="2s")

    SidecarPod("one", pod("together", True))
    SidecarPod("two", pod("apart", False))
"""


@pytest.mark.parametrize("target", ["docker", "kubernetes"], indirect=True)  # the others refuse the program
def test_containers_share_processes_on_request(deploy_anywhere: Anywhere) -> None:
    """A sidecar sees and signals the main container's process; in a pod that does not ask for it, there is none."""
    deployment = deploy_anywhere.program(PROCESSES)
    deployment.up()
    processes = "grep -l '[m]ain-process' /proc/[0-9]*/cmdline 2>/dev/null | cut -d / -f 3"
    signal = f"found=$({processes}); kill -HUP $found 2>/dev/null && echo found || echo none"
    assert deployment.shell("together", "together-mate", signal) == "found\n"
    eventually(lambda: deployment.log("together", "together"), "told\n")
    assert deployment.shell("apart", "apart-mate", signal) == "none\n"
    assert deployment.log("apart", "apart") == ""


def get(shop: Deployment, path: str) -> httpx.Response:
    """The gateway's answer."""
    return fetch(f"{shop.outputs['url']}{path}", timeout=10)


def eventually(look: Callable[[], object], expected: object) -> None:
    """Wait until something is as expected."""
    deadline = time.monotonic() + 20
    while (found := look()) != expected:
        assert time.monotonic() < deadline, f"{found!r} is not {expected!r}"
        time.sleep(0.3)


def test_the_gateway_answers(shop: Deployment) -> None:
    """Each route without its prefix, the list of routes, and whether it is healthy."""
    assert get(shop, "/web/").text == "first"
    assert len(get(shop, "/store/started").text.strip()) == 36
    assert get(shop, "/").text.splitlines()[-2:] == ["/web/ -> web", "/store/ -> store"]
    assert get(shop, "/healthz").status_code == 200
    assert get(shop, "/nowhere").status_code == 404


def test_siblings_answer_on_localhost(shop: Deployment) -> None:
    """In both directions, and as the reference in the environment says."""
    assert shop.shell("web", "web", f"{FETCH} http://localhost:8082/order") == "first\nsecond\n"
    assert shop.shell("web", "web", f"{FETCH} $MATE/order") == "first\nsecond\n"
    assert shop.shell("web", "mate", f"{FETCH} http://localhost:8080/") == "first"


def test_pods_find_each_other(shop: Deployment) -> None:
    """As the reference in the environment says."""
    started = shop.shell("store", "store", "cat /data/started")
    assert shop.shell("web", "web", f"{FETCH} $STORE/started") == started


@pytest.mark.parametrize(
    ("container", "name"), [("web", "mate:8082/order"), ("mate", "web:8080/"), ("mate", "store:8081/started")]
)
def test_bare_names_resolve_where_the_target_says_so(shop: Deployment, container: str, name: str) -> None:
    """Those of siblings and of other pods; on Azure Container Instances, references alone lead there."""
    answer = shop.shell("web", container, f"{FETCH} http://{name} >/dev/null 2>&1 && echo yes || echo no")
    assert answer.strip() == ("yes" if shop.names_resolve else "no")


def test_containers_of_a_pod_share_a_scratch_volume(shop: Deployment) -> None:
    """With what the init containers wrote, in their order, and what each writes while it runs."""
    shop.shell("web", "web", "echo web >> /scratch/order")
    assert shop.shell("web", "mate", "cat /scratch/order") == "first\nsecond\nweb\n"
    shop.shell("web", "web", "sed -i '$d' /scratch/order")


def test_secrets_arrive_and_show_nowhere(shop: Deployment) -> None:
    """As variable and as file; not in the state, in a preview, or in what an update prints."""
    assert shop.shell("web", "web", "echo $WORD; cat /run/secrets/word").split() == [WORD, WORD]
    shop.set("page", "other")
    printed = shop.run("preview", "--diff", "--stack", shop.stack)
    shop.set("page", "first")
    assert "other" in printed
    assert WORD not in printed
    assert WORD not in shop.exported_state()


def test_a_change_of_a_file_rolls_its_pod_only(shop: Deployment) -> None:
    """The new text is served, by another copy; the other pods are the same ones."""
    pods = ("web", "store", "gateway")
    before = {pod: shop.copies(pod) for pod in pods}
    shop.set("page", "second")
    shop.up()
    eventually(lambda: get(shop, "/web/").text, "second")
    eventually(lambda: len(shop.copies("web")), 1)
    assert {pod for pod in pods if shop.copies(pod) != before[pod]} == {"web"}


def test_nothing_changes_without_a_change(shop: Deployment) -> None:
    """A preview right after an update is empty."""
    assert set(shop.preview()) == {"same"}


def test_replicas_come_and_go(shop: Deployment) -> None:
    """The gateway asks each, and the first one stays what it is."""
    (first,) = shop.copies("web")
    shop.set("replicas", "2")
    shop.up()
    assert len(shop.copies("web")) == 2
    assert first in shop.copies("web")
    assert {get(shop, "/web/").status_code for _ in range(20)} == {200}
    shop.set("replicas", "1")
    shop.up()
    eventually(lambda: len(shop.copies("web")), 1)
    assert {get(shop, "/web/").status_code for _ in range(20)} == {200}


def test_data_outlives_everything_else(shop: Deployment) -> None:
    """A destroy leaves what is kept and nothing else; the next update finds it again."""
    written = get(shop, "/store/started").text
    shop.destroy()
    left = shop.left_over()
    assert {kind: len(names) for kind, names in left.items() if names} in (
        {"volumes": 1},
        {"PersistentVolumeClaim": 1, "Namespace": 1},
        {"resource groups": 1, "storage accounts": 1, "shares": 1},
    )
    shop.up()
    assert get(shop, "/store/started").text == written
