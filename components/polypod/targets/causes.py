"""What the messages of daemons, registries and databases mean, and what to do: causes outside the program by name."""

from __future__ import annotations

import re
from collections.abc import Sequence

import attrs


@attrs.frozen
class Cause:
    """What a message means.

    Args:
        what: What is wrong.
        fix: What to do about it.
    """

    what: str
    fix: str


_SPACE = "free some: `docker system df` shows what images, volumes and build caches take"
_COMMAND = "write a command that is in the image, with its path, or use an image that has it"
_REGISTRY = "see that the machine that pulls has a network, DNS and, where it needs one, a proxy"
_KEPT = "the data was made with another password: set the old one, or change it in the database before here"

_CANNOT_START: tuple[tuple[str, str, str], ...] = (
    (
        r'exec: \\?"(?P<it>[^"\\]+)\\?": (?:executable file not found|stat .*no such file or directory)'
        r"|exec: (?P<that>\S+): not found",
        "the image has no program {it!r}",
        _COMMAND,
    ),
    (
        r'exec:? \\?"?(?P<it>[^"\\:\s]+)\\?"?: exec format error|exec format error',
        "the program {it!r} is for another kind of processor, or a script without a first line such as #!/bin/sh",
        "use or build an image for the processor of the machine that runs it",
    ),
    (
        r'exec: \\?"(?P<it>[^"\\]+)\\?": permission denied',
        "the file {it!r} is no program that the container's user may execute",
        "give it mode 0755 in the image, or name the interpreter first",
    ),
    (
        r'exec:? \\?"?(?P<it>[^"\\:\s]+)\\?"?: (?:is a directory|not a directory)',
        "{it!r} is a directory, not a program",
        _COMMAND,
    ),
    (
        r"unable to find user (?P<it>[^:\s]+)|no matching entries in (?:passwd|group) file",
        "the image has no user or group {it!r}",
        "use a number, or a user that the image has",
    ),
    (
        r'chdir to cwd \(\\?"(?P<it>[^"\\]+)',
        "the working directory {it!r} cannot be entered",
        "use one that is in the image and that the user may enter",
    ),
    (
        r"no matching manifest for (?P<it>[^\s,]+)|image operating system|does not match the specified platform",
        "the image is not there for this kind of processor ({it})",
        "use or build an image for the processor of the machine that runs it",
    ),
)
"""Mistakes in what a container runs: pattern, what is wrong, what to do."""

_CANNOT_BUILD: tuple[tuple[str, str, str], ...] = (
    (
        r"executor failed running \[(?P<it>.+?)\]: exit code|The command '(?P<that>[^']+)' returned a non-zero code"
        r'|process "(?P<there>.+?)" did not complete successfully',
        "a command of the Dockerfile failed: {it}",
        "run `docker build` in the build context to see what it printed",
    ),
    (
        r'cache key: "?(?P<it>[^":]+)"?[^\n]*: not found'
        r"|(?:COPY|ADD) failed: (?:file not found in build context[^:]*: )?stat (?P<that>[^:\s]+)",
        "the Dockerfile copies {it!r}, which is not in the build context",
        "correct the path, and see that .dockerignore does not leave it out",
    ),
    (
        r"unknown instruction: (?P<it>\S+)",
        "the Dockerfile has an instruction that there is not, {it}",
        "correct it",
    ),
)
"""Mistakes in what an image is built from: pattern, what is wrong, what to do."""

_OUTSIDE: tuple[tuple[str, str, str], ...] = (
    (r"no space left on device|ENOSPC|[Dd]isk quota exceeded", "a disk is full", _SPACE),
    (
        r"non-overlapping IPv[46] address pool|predefined address pools have been fully subnetted",
        "Docker has no address range left for another network",
        "remove networks that nothing uses (`docker network prune`), or give the daemon more default-address-pools",
    ),
    (
        r"Pool overlaps with other one",
        "the network's address range is one that another network has",
        "remove that network, or a default-address-pools entry of the daemon that overlaps",
    ),
    (
        r'container name \\?"?/?(?P<it>[\w.-]+)\\?"? is already in use',
        "another container has the name {it!r}, and it is not this stack's",
        "rename or remove it (`docker rename`, `docker rm`), or give the component another name",
    ),
    (
        r"network with name (?P<it>\S+) already exists",
        "another network has the name {it!r}, and it is not this stack's",
        "remove it (`docker network rm`), or give the component another name",
    ),
    (
        r"[Bb]ind for (?P<it>\S+) failed: port is already allocated",
        "another container publishes the host port {it}",
        "stop that container, or publish another port",
    ),
    (
        r"listen (?:tcp|udp)\d? (?P<it>\S+): bind: address already in use|address already in use",
        "another program listens on the port {it}",
        "stop that program, or let this one use another port",
    ),
    (
        r"(?:exposing|listen).*: bind: (?:cannot assign|can't assign) requested address",
        "the machine does not have the address that a port is published on",
        "publish on an address of the machine, or 0.0.0.0",
    ),
    (
        r"bind: permission denied",
        "the daemon's user may not publish a port this low",
        "publish a port of 1024 or more, or let the daemon (`net.ipv4.ip_unprivileged_port_start`)",
    ),
    (
        r"bind source path does not exist: (?P<it>\S+)",
        "the machine has no {it!r}",
        "make that directory on the machine that runs the container",
    ),
    (
        r"[Mm]ounts denied|path (?P<it>\S+) is not shared from the host",
        "Docker Desktop does not share the directory {it!r} with its containers",
        "add it in Docker Desktop under Settings, Resources, File sharing",
    ),
    (
        r"Are you trying to mount a directory onto a file|not a directory: unknown",
        "a file is mounted where the image has a directory, or a directory where it has a file",
        "mount it at a path of its own",
    ),
    (
        r"error looking up volume plugin (?P<it>[^:\s]+)|plugin \\?\"(?P<that>[^\"\\]+)\\?\" not found",
        "the daemon has no volume driver {it!r}",
        "install it on the daemon's machine, or remove the volume that wants it",
    ),
    (
        r"error while mounting volume '(?P<it>[^']+)'|VolumeDriver\.Mount|failed to mount local volume",
        "the driver of a volume could not mount it",
        "see that what it stands on, such as a network share, can be reached",
    ),
    (
        r"toomanyrequests|pull rate limit|429 Too Many Requests",
        "the registry lets this address pull no more for now",
        "log in (`docker login`), wait, or use a mirror with the stack's config polypod:images",
    ),
    (
        r"pull access denied for (?P<it>[^\s,]+)|unauthorized|denied: requested access"
        r"|no basic auth credentials|authentication required",
        "the registry does not let this login pull or push the image",
        "check its name, and the login in registries=, polypod:registry or `docker login`",
    ),
    (
        r"manifest unknown|manifest for (?P<it>\S+) not found|repository does not exist|: not found: does not exist",
        "the registry has no such image",
        "check its name and tag",
    ),
    (
        r"x509: [^\n\"]*",
        "the certificate of the registry is not trusted",
        "give the daemon its CA (/etc/docker/certs.d/HOST/ca.crt)",
    ),
    (
        r"lookup (?P<it>\S+?):? [^\n]*(?:no such host|failure in name resolution|server misbehaving|i/o timeout)",
        "the name {it!r} cannot be resolved",
        _REGISTRY,
    ),
    (
        r"Get \\?\"https?://(?P<it>[^/\"\\]+)/(?:v2|token)[^\n]*"
        r"(?:connection refused|i/o timeout|TLS handshake timeout|Client\.Timeout|no route to host)",
        "{it!r} cannot be reached",
        _REGISTRY,
    ),
    (
        r"Minimum memory limit allowed is (?P<it>\w+)",
        "Docker gives no container less memory than {it}",
        "ask for more with Resources()",
    ),
    (
        r"Range of CPUs is from \S+ to (?P<it>[\d.]+)",
        "the machine has no more than {it} CPUs",
        "ask for fewer with Resources()",
    ),
    (r"cannot allocate memory", "the machine has no memory left", "stop something, or give it more"),
    (
        r"Cannot connect to the Docker daemon|error during connect|connection reset by peer",
        "the Docker daemon has ended or cannot be reached any more",
        "start it, and run `pulumi up` again",
    ),
    (
        r"OCI runtime create failed[^\n]*(?:cgroup|systemd)",
        "the machine's cgroups do not let Docker start a container",
        "restart Docker, and see its log (`journalctl -u docker`)",
    ),
)
"""Causes outside the program: pattern, what is wrong, what to do."""

_LOGGED: tuple[tuple[str, str, str], ...] = (
    (
        r"password authentication failed for user|Access denied for user|WRONGPASS|SASL authentication failed"
        r"|Authentication failed\.|invalid username-password pair",
        "a database refuses the password, as it does where kept data is older than the password",
        _KEPT,
    ),
    (
        r"initialized by PostgreSQL version (?P<it>[\d.]+), which is not compatible",
        "kept data was written by another version of the database ({it})",
        "use the image of that version, or dump the data with it and restore it into a new volume",
    ),
    (
        r"exec (?P<it>\S+): exec format error",
        "the program {it!r} is for another kind of processor, or a script without a first line such as #!/bin/sh",
        "use or build an image for the processor of the machine that runs it",
    ),
    (r"[Nn]o space left on device|could not extend file .*: No space", "a disk is full", _SPACE),
    (
        r"[Aa]ddress already in use|EADDRINUSE",
        "two programs of the pod listen on the same port",
        "let one of them listen on another: containers of a pod share their ports",
    ),
    (r"[Rr]ead-only file system|EROFS", "the program writes where it may only read", "mount a ScratchVolume there"),
    (
        r"could not translate host name|Name or service not known|getaddrinfo (?:ENOTFOUND|EAI_AGAIN)"
        r"|Temporary failure in name resolution|no such host",
        "a host name cannot be resolved",
        "take it from a reference such as polypod{{db.host}}, and see that the pod is there",
    ),
    (
        r"OOMKilled",
        "it was killed as it took more memory than it may",
        "give it more with Resources(memory_limit=)",
    ),
    (r"exit code:? 127\b", "a command was not found", _COMMAND),
    (r"exit code:? 126\b", "a command cannot be executed", _COMMAND),
)
"""What programs write, and how they end, when something outside them is wrong: pattern, what is wrong, what to do."""


def cause(message: str) -> Cause | None:
    """The cause behind a message of a platform; ``None`` where it is not a known one.

    Args:
        message: What the platform said.
    """
    return _first(message, (*_CANNOT_START, *_CANNOT_BUILD, *_OUTSIDE))


def cause_in_log(log: str) -> Cause | None:
    """The cause behind what a container wrote, or how it ended; ``None`` where there is no known one.

    Args:
        log: The lines, with ``exit code: 127`` or ``reason: OOMKilled`` where the platform says so.
    """
    return _first(log, _LOGGED)


def explained(lines: Sequence[str], fix: str) -> tuple[list[str], str]:
    """What is told of a container that failed, with the likely cause after its first line, and what to do.

    Args:
        lines: What went wrong, what the platform says, and what the container wrote.
        fix: What to do where the cause is not known.
    """
    text = "\n".join(lines)
    found = cause(text) or cause_in_log(text)
    return ([lines[0], f"likely cause: {found.what}", *lines[1:]], found.fix) if found else (list(lines), fix)


def _first(text: str, table: tuple[tuple[str, str, str], ...]) -> Cause | None:
    for pattern, what, fix in table:
        if found := re.search(pattern, text):
            return Cause(_filled(what, found), fix.format())
    return None


def _filled(what: str, found: re.Match[str]) -> str:
    it = next(filter(None, found.groups()), None)
    if it is None:
        what = re.sub(r" \(?\{it(!r)?\}\)?", "", what)
    return what.format(it=it)
