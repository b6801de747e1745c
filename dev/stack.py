"""stack.py ACTION STACK [KEEP]: configure, up, preview or down for one stack of this checkout, without questions.

With KEEP=no, down also removes the data that persistent volumes keep.

It runs Pulumi's command line. The Automation API passes secrets as arguments, which all users of the machine can read,
shows no live progress, and needs four more commands for each update.
"""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

CHECKOUT = Path(__file__).resolve().parents[1]
STATE = CHECKOUT / ".polypod" / "state" / ".pulumi"
CLUSTER_KEYS = ("kubeconfig", "context")
"""What the stack's config may say about its cluster, as kubectl calls it too."""


def say(text: str) -> None:
    """Tell the user what happens."""
    print(text, file=sys.stderr, flush=True)


def run(*command: str, stdin: str | None = None) -> None:
    """Run a command in the checkout; its failure ends this script."""
    done = subprocess.run(command, cwd=CHECKOUT, input=stdin, text=True, check=False)  # noqa: S603
    if done.returncode:
        sys.exit(done.returncode)


def output(*command: str) -> str | None:
    """What a command prints, None if it fails."""
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)  # noqa: S603
    return None if done.returncode else done.stdout.strip()


def config_file(stack: str) -> Path:
    """Where Pulumi keeps the stack's settings in this checkout."""
    return CHECKOUT / "stacks" / f"Pulumi.{stack}.yaml"


def settings(stack: str) -> dict[str, Any]:
    """The stack's settings by their keys, secrets encrypted."""
    return (yaml.safe_load(config_file(stack).read_text()) or {}).get("config") or {}


def state_file(stack: str) -> Path:
    """Where the local backend keeps the stack's state."""
    return STATE / "stacks" / "polypod" / f"{stack}.json"


def cache() -> Path:
    """The folder that all checkouts share."""
    return Path(os.environ["POLYPOD_CACHE"])


def password(stack: str) -> str:
    """Return the stack's generated password, the same for all checkouts: a database's volume outlives them."""
    file = cache() / "passwords" / f"polypod-{stack}"
    if not file.exists() or not file.stat().st_size:
        file.parent.mkdir(exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(16))
    return file.read_text()


def configure(stack: str) -> None:
    """Make the stack and its settings where they are missing."""
    file = config_file(stack)
    if not file.exists():
        template = file.with_name(f"{stack}.config.yaml")
        if not template.exists():
            sys.exit(f"error: stack {stack!r} has no {template.relative_to(CHECKOUT)}: write one with its 'config:'")
        shutil.copy(template, file)
    if not state_file(stack).exists():
        run("pulumi", "stack", "select", "--create", stack)
    if "polypod:dbPassword" not in settings(stack):
        run("pulumi", "config", "set", "--secret", "dbPassword", "--stack", stack, stdin=password(stack))
    if on_kubernetes(stack) and on_local_cluster() and "polypod:registry" not in settings(stack):
        configure_registry(stack)


def on_kubernetes(stack: str) -> bool:
    """Whether the stack's target is a cluster that the kubeconfig names."""
    return settings(stack).get("polypod:target") == "kubernetes"


def on_local_cluster() -> bool:
    """Whether that cluster is the one that 'make cluster' made."""
    kubeconfig = cache() / "cluster" / "kubeconfig"
    return kubeconfig.exists() and os.environ.get("KUBECONFIG") == str(kubeconfig)


def configure_registry(stack: str) -> None:
    """Let the stack push to the registry that 'make cluster' started, and its cluster pull from it."""
    file = cache() / "cluster" / "registry.json"
    if file.exists():
        registry = json.loads(file.read_text())
        here = ("--stack", stack, "--path")
        run("pulumi", "config", "set", *here, "registry.server", registry["server"])
        run("pulumi", "config", "set", *here, "registry.username", registry["username"])
        secret = Path(registry["passwordFile"]).read_text()
        run("pulumi", "config", "set", "--secret", *here, "registry.password", stdin=secret)


def prepare_images(stack: str) -> None:
    """Bring the stand-ins for public images to the cluster; where that cannot be, use the public images."""
    if not on_kubernetes(stack):
        return
    if on_local_cluster():
        run(sys.executable, "-m", "dev.cluster", "images")
    else:
        os.environ.pop("POLYPOD_IMAGES", None)


def on_emulator(stack: str) -> bool:
    """Whether the stack deploys to the emulator of Azure Container Instances."""
    found = settings(stack)
    by_old_key = found.get("polypod:aciEmulator") in (True, "true")
    return by_old_key or bool((found.get("polypod:aci") or {}).get("emulator"))


def start_emulator(stack: str) -> None:
    """Have the emulator and its plugin, where the stack deploys to it."""
    if on_emulator(stack):
        say("Emulator: starting it unless it runs")
        run("polypod", "aci", "install-plugin")
        run("polypod", "aci", "start")


def runs(lock: dict[str, Any]) -> bool:
    """Whether the process that took a lock still runs, as far as this host can tell."""
    if lock["hostname"] != socket.gethostname():
        return True
    try:
        os.kill(lock["pid"], 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    # A killed process that nobody has waited for yet answers signals, but has no program any more.
    program = Path(f"/proc/{lock['pid']}/exe")
    return not Path("/proc/self").exists() or "pulumi" in os.path.realpath(program)


def clear_dead_lock(stack: str) -> None:
    """Remove the lock of a run that was killed."""
    locks = list((STATE / "locks" / "organization" / "polypod" / stack).glob("*.json"))
    if locks and not any(runs(json.loads(lock.read_text())) for lock in locks):
        say("an earlier run was killed: clearing its lock")
        run("pulumi", "cancel", "--yes", "--stack", stack)


def labels(stack: str) -> list[str]:
    """The labels of everything that the stack makes."""
    return ["dev.polypod.project=polypod", f"dev.polypod.stack={stack}"]


def remove_leftovers(stack: str, *, keep: bool) -> None:
    """Remove what a killed run made in Docker without the state ever knowing; an update does so by itself."""
    if shutil.which("docker") is None:
        return
    ours = [f"--filter=label={label}" for label in labels(stack)]
    for listing, removal in (
        (["ps", "--all"], ["rm", "--force", "--volumes"]),
        (["network", "ls"], ["network", "rm"]),
        (["volume", "ls", *(["--filter=label=dev.polypod.keep=false"] if keep else [])], ["volume", "rm"]),
    ):
        if found := output("docker", *listing, "--quiet", *ours):
            run("docker", *removal, *found.split())


def remove_claims(stack: str) -> None:
    """Remove what the stack keeps in its cluster: the claims of persistent volumes, and the namespace it made."""
    if not on_kubernetes(stack):
        return
    if "polypod:azure" in settings(stack):
        print("a cluster that the stack made is gone with its data; in another one delete its namespace with kubectl")
        return
    if shutil.which("kubectl") is None:
        sys.exit("error: the data in the cluster is still there: install kubectl and run this again")
    chosen = {key: output("pulumi", "config", "get", f"kubernetes:{key}", "--stack", stack) for key in CLUSTER_KEYS}
    kubectl = ["kubectl", *(f"--{key}={value}" for key, value in chosen.items() if value)]
    selector = f"--selector={','.join(labels(stack))}"
    run(*kubectl, "delete", "persistentvolumeclaims", "--all-namespaces", selector)
    run(*kubectl, "delete", "namespaces", selector)


def remove_shares(stack: str) -> None:
    """Remove what the stack keeps in the emulator, or say how Azure's own command does."""
    group = f"polypod-{stack}-data"
    if on_emulator(stack):
        run("polypod", "aci", "delete", group)
    elif settings(stack).get("polypod:target") == "aci":
        print(f"the data in Azure is still there: remove it with 'az group delete --name {group}'")


def up(stack: str) -> None:
    """Deploy the stack and print where it answers."""
    run("pulumi", "up", "--yes", "--skip-preview", "--stack", stack)
    if url := output("pulumi", "stack", "output", "url", "--stack", stack):
        print(f"\n{stack} is up: {url}")


def down(stack: str, *, keep: bool) -> None:
    """Take the stack down, and what it keeps too unless that is to be kept."""
    run("pulumi", "destroy", "--yes", "--skip-preview", "--stack", stack)
    remove_leftovers(stack, keep=keep)
    if not keep:
        remove_claims(stack)
        remove_shares(stack)


def main(action: str, stack: str, keep: str = "yes") -> None:
    """Do one action."""
    if keep not in {"yes", "no"}:
        sys.exit(f"error: KEEP is 'yes' or 'no', not {keep!r}")
    if action == "down" and not state_file(stack).exists():
        print(f"stack {stack} is not deployed from this checkout")
        return
    configure(stack)
    if action == "configure":
        return
    clear_dead_lock(stack)
    if action in {"up", "preview"}:
        prepare_images(stack)
    start_emulator(stack)
    say(f"Stack {stack}: pulumi {'destroy' if action == 'down' else action}")
    match action:
        case "up":
            up(stack)
        case "preview":
            run("pulumi", "preview", "--stack", stack)
        case "down":
            down(stack, keep=keep == "yes")


if __name__ == "__main__":
    main(*sys.argv[1:])
