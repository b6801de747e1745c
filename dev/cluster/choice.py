"""Which cluster is used: the user's own, else one of kind, else one of minikube, else a bare one."""

import os
from pathlib import Path

from kubernetes import client, config

from dev.bare_machine.cluster import bare, containerd, teardown

from . import registry
from .command import say
from .images import loadable
from .settings import CHOSEN, FOLDER, KUBECONFIG
from .tools import KIND, MINIKUBE, TOOLS, show_registry_to_kind

PATIENCE = 3
"""Seconds that the user's cluster has to answer."""


def up() -> None:
    """Use the first cluster that there is or that can be made."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    if context := _answering():
        CHOSEN.write_text("yours")
        say(f"using the cluster of your kubeconfig, context {context}")
        return
    chosen = next((tool.name for tool in TOOLS if tool.up()), "bare")
    if chosen == "bare":
        bare.up()
    CHOSEN.write_text(chosen)
    if chosen != MINIKUBE.name:
        registry.up()
    if chosen == KIND.name:
        show_registry_to_kind(registry.CONTAINER)
    load_images()
    say(f"the cluster is ready ({chosen}); its kubeconfig is {KUBECONFIG}")


def load_images() -> None:
    """Give the cluster the stand-ins for public images that it does not have yet; the user's own gets none."""
    chosen = CHOSEN.read_text() if CHOSEN.exists() else None
    if chosen == "bare":
        containerd.load(loadable())
    for tool in TOOLS:
        if tool.name == chosen:
            tool.give(loadable())


def down() -> None:
    """Remove the clusters that were made here, and no others."""
    if not FOLDER.exists():
        say("no cluster was made from here")
        return
    for tool in TOOLS:
        tool.down()
    teardown.down()
    registry.down()
    for file in (KUBECONFIG, CHOSEN):
        file.unlink(missing_ok=True)
    FOLDER.rmdir()
    say("the cluster is gone")


def _answering() -> str | None:
    """The context of the user's kubeconfig if its cluster answers; ours is not the user's."""
    given = os.environ.get("KUBECONFIG", "")
    own = given not in {"", str(KUBECONFIG)}
    file = given if own else str(Path.home() / ".kube" / "config")
    try:
        _, context = config.list_kube_config_contexts(file)
        api = config.new_client_from_config(file)
        api.configuration.retries = False
        with client.ApiClient(api.configuration) as once:
            client.VersionApi(once).get_code(_request_timeout=PATIENCE)
    except Exception as error:  # whatever is wrong with it, it cannot be used
        if own:
            say(f"no cluster answers at KUBECONFIG={given} ({type(error).__name__})")
        return None
    return str(context["name"])
