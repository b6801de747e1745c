"""Causes of failures by the messages of daemons, registries and clusters."""

from __future__ import annotations

from polypod.targets.shared.deploy.causes import COMMAND, SPACE, Cause, Row, first_cause

_REGISTRY = "see that the machine that pulls has a network, DNS and, where it needs one, a proxy"

_REGISTRY_AT = r"https?://(?P<it>[^/\s]+)/(?:v2|token|oauth2)\b"
"""An address that only daemons ask, and only registries answer at."""

_CANNOT_START: tuple[Row, ...] = (
    (
        r'exec: \\?"(?P<it>[^"\\]+)\\?": (?:executable file not found|stat .*no such file or directory)',
        "the image has no program {it!r}",
        COMMAND,
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
        COMMAND,
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

_CANNOT_BUILD: tuple[Row, ...] = (
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

_OUTSIDE: tuple[Row, ...] = (
    (
        r"/sys/fs/cgroup[^\n]*(?:no space left on device|cannot allocate memory)|OCI runtime create failed[^\n]*"
        r"(?:apply(?:ing)? cgroup|cgroup config|cgroups: )",
        "the machine's cgroups do not let Docker start a container",
        "restart Docker, and see its log (`journalctl -u docker`)",
    ),
    (r"no space left on device|[Dd]isk quota exceeded", "a disk is full", SPACE),
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
        r"listen (?:tcp|udp)\d? (?P<it>\S+): bind: address already in use|bind: address already in use",
        "another program listens on the port {it}",
        "stop that program, or let this one use another port",
    ),
    (
        r"(?:exposing|listen).*: bind: (?:cannot assign|can't assign) requested address",
        "the machine does not have the address that a port is published on",
        "publish on an address of the machine, or 0.0.0.0",
    ),
    (
        r"(?:expos\w+|listen) [^\n]*bind: permission denied",
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
        r"Are you trying to mount a directory onto a file|error mounting [^\n]*not a directory: unknown",
        "a file is mounted where the image has a directory, or a directory where it has a file",
        "mount it at a path of its own",
    ),
    (
        r"error looking up volume plugin (?P<it>[^:\s]+)",
        "the daemon has no volume driver {it!r}",
        "install it on the daemon's machine, or remove the volume that wants it",
    ),
    (
        r"error while mounting volume '(?P<it>[^']+)'|VolumeDriver\.Mount|failed to mount local volume",
        "the driver of a volume could not mount it",
        "see that what it stands on, such as a network share, can be reached",
    ),
    (
        r"toomanyrequests|pull rate limit|/v2/[^\n]*429 Too Many Requests",
        "the registry lets this address pull no more for now",
        "log in (`docker login`), wait, or use a mirror with the stack's config polypod:images",
    ),
    (
        r"pull access denied for (?P<it>[^\s,]+)|\bunauthorized: |failed to authorize: [^\n]*401"
        r"|denied: requested access|no basic auth credentials",
        "the registry does not let this login pull or push the image",
        "check its name, and the login in registries=, polypod:registry or `docker login`",
    ),
    (
        r"manifest unknown|manifest for (?P<it>\S+) not found|name unknown: ",
        "the registry has no such image",
        "check its name and tag",
    ),
    (
        rf"{_REGISTRY_AT}[^\n]*x509: ",
        "the certificate of the registry is not trusted",
        "give the daemon its CA (/etc/docker/certs.d/HOST/ca.crt)",
    ),
    (
        rf"{_REGISTRY_AT}[^\n]*(?:no such host|failure in name resolution|server misbehaving|lookup [^\n]*i/o timeout)",
        "the name {it!r} cannot be resolved",
        _REGISTRY,
    ),
    (
        rf"{_REGISTRY_AT}[^\n]*(?:connection refused|connection reset by peer|i/o timeout|TLS handshake timeout"
        r"|Client\.Timeout|no route to host|network is unreachable)",
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
    (
        r"(?:fork|clone|mmap)[^\n]*cannot allocate memory",
        "the machine has no memory left",
        "stop something, or give it more",
    ),
    (
        r"cannot (?:stop|kill) container[^\n]*permission denied",
        "the machine's security module does not let Docker stop the container",
        "`sudo aa-remove-unknown` takes away what AppArmor has left over; otherwise see its log (`journalctl -k`)",
    ),
    (
        r"OOMKilled",
        "it was killed as it took more memory than it may",
        "give it more with Resources(memory_limit=)",
    ),
    (
        r"Cannot connect to the Docker daemon|error during connect: |docker\.sock[^\n]*connection reset by peer",
        "the Docker daemon has ended or cannot be reached any more",
        "start it, and run `pulumi up` again",
    ),
)
"""Causes outside the program: pattern, what is wrong, what to do."""


def cause(message: str) -> Cause | None:
    """The cause behind a message of a platform; ``None`` where it is not a known one.

    Args:
        message: What the platform said.
    """
    return first_cause(message, (*_CANNOT_START, *_CANNOT_BUILD, *_OUTSIDE))
