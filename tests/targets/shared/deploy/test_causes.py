"""What the messages of platforms and programs mean, as they were written by the real ones."""

from __future__ import annotations

import pytest

from polypod.targets.shared.deploy.explanations import explained, likely
from polypod.targets.shared.deploy.failures import plain_message
from polypod.targets.shared.deploy.log_causes import cause_in_log
from polypod.targets.shared.deploy.platform_causes import cause

RUNC = "failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: "

MESSAGES = [
    (RUNC + 'exec: "/no/such": stat /no/such: no such file or directory: unknown', "no program '/no/such'"),
    (RUNC + 'exec: "sevre": executable file not found in $PATH: unknown', "no program 'sevre'"),
    # containerd's, in the status of a pod
    (RUNC + 'exec: \\"sevre\\": executable file not found in $PATH: unknown', "no program 'sevre'"),
    (RUNC + "exec /app/run: exec format error: unknown", "'/app/run' is for another kind of processor"),
    (RUNC + 'exec: "/run.sh": permission denied: unknown', "'/run.sh' is no program that the container's user may"),
    (RUNC + 'exec: "/etc": is a directory: unknown', "'/etc' is a directory"),
    ("unable to find user nobdy: no matching entries in passwd file", "no user or group 'nobdy'"),
    (RUNC + 'chdir to cwd ("/srv/app") set in config.json failed: permission denied', "'/srv/app' cannot be entered"),
    (
        "no matching manifest for linux/arm64/v8 in the manifest list entries",
        "not there for this kind of processor (linux/arm64/v8)",
    ),
    (
        "image with reference x was found but does not match the specified platform: wanted linux/arm64",
        "the image is not there for this kind of processor",
    ),
    (
        "Error running buildx build: failed to solve: executor failed running [/bin/sh -c make; exit 3]: exit code: 3",
        "a command of the Dockerfile failed: /bin/sh -c make; exit 3",
    ),
    (
        "The command '/bin/sh -c make' returned a non-zero code: 3",
        "a command of the Dockerfile failed: /bin/sh -c make",
    ),
    (
        'failed to solve: process "/bin/sh -c make" did not complete successfully: exit code: 2',
        "a command of the Dockerfile failed: /bin/sh -c make",
    ),
    ('failed to compute cache key: "/app.py" not found: not found', "copies '/app.py', which is not in the build"),
    (
        'failed to compute cache key: failed to calculate checksum of ref 1::2: "/app.py": not found',
        "which is not in the build context",
    ),
    (
        "COPY failed: file not found in build context or excluded by .dockerignore: stat app.py: file does not exist",
        "copies 'app.py'",
    ),
    ("dockerfile parse error line 2: unknown instruction: RNU", "an instruction that there is not, RNU"),
    ("failed to register layer: Error processing tar file: write /a: no space left on device", "a disk is full"),
    (
        "could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the network",
        "no address range left",
    ),
    ("all predefined address pools have been fully subnetted", "no address range left"),
    (
        'Conflict. The container name "/p-s-web" is already in use by container "4f5c". You have to remove',
        "another container has the name 'p-s-web'",
    ),
    ("network with name p-s-web already exists", "another network has the name 'p-s-web'"),
    (
        "driver failed programming external connectivity on endpoint web (1f): Bind for 127.0.0.1:8080 failed: port is "
        "already allocated",
        "another container publishes the host port 127.0.0.1:8080",
    ),
    (
        "Error starting userland proxy: listen tcp4 0.0.0.0:8080: bind: address already in use",
        "another program listens on the port 0.0.0.0:8080",
    ),
    (
        "Error starting userland proxy: listen tcp4 10.1.2.3:80: bind: cannot assign requested address",
        "does not have the address",
    ),
    ("cannot expose privileged port 80 ... listen tcp4 0.0.0.0:80: bind: permission denied", "a port this low"),
    ('invalid mount config for type "bind": bind source path does not exist: /srv/x', "the machine has no '/srv/x'"),
    ("Mounts denied: The path /srv/x is not shared from the host and is not known to Docker.", "does not share"),
    (
        RUNC
        + 'error mounting "/srv/x" to rootfs at "/etc/x.conf": not a directory: unknown: Are you trying to mount a '
        "directory onto a file (or vice-versa)?",
        "a file is mounted where the image has a directory",
    ),
    ("error looking up volume plugin rexray: plugin not found", "no volume driver 'rexray'"),
    ("error while mounting volume '/var/lib/docker/volumes/x/_data': failed to mount local volume", "could not mount"),
    ("toomanyrequests: You have reached your pull rate limit.", "no more for now"),
    ("pull access denied for app, repository does not exist or may require 'docker login'", "does not let this login"),
    ("manifest for nginx:1.999 not found: manifest unknown: manifest unknown", "no such image"),
    ('Get "https://r.test/v2/": x509: certificate signed by unknown authority', "not trusted"),
    ('Get "https://r.test/v2/": dial tcp: lookup r.test on 1.1.1.1:53: no such host', "'r.test' cannot be resolved"),
    ('Get "https://r.test/v2/": dial tcp 10.0.0.1:443: connect: connection refused', "'r.test' cannot be reached"),
    ("Minimum memory limit allowed is 6MB", "no container less memory than 6MB"),
    ("Range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available", "no more than 2.00 CPUs"),
    ("Cannot connect to the Docker daemon at unix:///var/run/docker.sock.", "has ended or cannot be reached"),
    ("read unix @->/run/docker.sock: read: connection reset by peer", "has ended or cannot be reached"),
    ('Head "https://r.test/v2/app/manifests/1": read: connection reset by peer', "'r.test' cannot be reached"),
    (
        "failed to authorize: failed to fetch oauth token: unexpected status from GET request to "
        "https://r.test/token: 401 Unauthorized",
        "does not let this login",
    ),
    ('Head "https://r.test/v2/app/manifests/1": unauthorized: incorrect username or password', "not let this login"),
    ("unexpected status code https://r.test/v2/app/manifests/1: 429 Too Many Requests", "no more for now"),
    ("fork/exec /usr/bin/runc: cannot allocate memory", "no memory left"),
    (RUNC + "mkdir /sys/fs/cgroup/memory/docker/1: no space left on device: unknown", "cgroups"),
    (RUNC + "unable to apply cgroup configuration: unable to start unit: unknown", "cgroups"),
    ("cannot stop container: web: permission denied", "does not let Docker stop the container"),
    ("reason: OOMKilled", "more memory"),
]


@pytest.mark.parametrize(("message", "what"), MESSAGES, ids=[what for _, what in MESSAGES])
def test_what_a_platform_says(message: str, what: str) -> None:
    """The cause is named, and there is something to do."""
    found = cause(message)
    assert found is not None
    assert what in found.what
    assert found.fix
    assert "{" not in found.what + found.fix


LINES = [
    ('FATAL:  password authentication failed for user "postgres"', "refuses the password"),
    ("ERROR 1045 (28000): Access denied for user 'app'@'10.0.0.3' (using password: YES)", "refuses the password"),
    ("redis.exceptions.AuthenticationError: WRONGPASS invalid username-password pair", "refuses the password"),
    ("MongoServerError: Authentication failed.", "refuses the password"),
    (
        "FATAL:  database files are incompatible with server\nDETAIL:  The data directory was initialized by "
        "PostgreSQL version 16, which is not compatible with this version 17.5.",
        "another version of the database (16)",
    ),
    ("exec /docker-entrypoint.sh: exec format error", "'/docker-entrypoint.sh' is for another kind of processor"),
    ("OSError: [Errno 28] No space left on device", "a disk is full"),
    ("nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)", "listen on the same port"),
    ("Error: listen EADDRINUSE: address already in use :::3000", "listen on the same port"),
    ("open() '/run/nginx.pid' failed (30: Read-only file system)", "where it may only read"),
    ('could not translate host name "db" to address: Name or service not known', "cannot be resolved"),
    ("Error: getaddrinfo ENOTFOUND db", "cannot be resolved"),
    ('nginx: [emerg] host not found in upstream "db" in /etc/nginx/nginx.conf:3', "cannot be resolved"),
    ("dial tcp: lookup db on 127.0.0.11:53: no such host", "cannot be resolved"),
    ("/entrypoint.sh: 3: exec: sevre: not found", "no program 'sevre'"),
    (
        'ERROR:  could not resize shared memory segment "/PostgreSQL.1" to 8388608 bytes: No space left on device',
        "its shared memory (/dev/shm) is full",
    ),
    ("Error: ENOSPC: System limit for number of file watchers reached, watch '/app'", "watch no more files"),
    ('ERROR:  could not extend file "base/5/1": No space left on device', "a disk is full"),
    ("FATAL:  SASL authentication failed", "refuses the password"),
]


@pytest.mark.parametrize(("line", "what"), LINES, ids=[line[:40] for line, _ in LINES])
def test_what_a_program_writes(line: str, what: str) -> None:
    """Among other lines."""
    found = cause_in_log(f"starting\n{line}\nbye")
    assert found is not None
    assert what in found.what
    assert "{" not in found.what


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("exit code: 127", "not found"),
        ("container web: Terminated (Error), exit code 126", "be executed"),
        ("exit code: 137", "memory"),
    ],
)
def test_how_a_program_ends(line: str, what: str) -> None:
    """Its exit code tells where nothing else does."""
    found = likely(["the container ended", line], "")
    assert found is not None
    assert what in found.what
    assert "refuses the password" in str(likely(["the container ended", line], "WRONGPASS"))


OTHERWISE = [
    # of what cannot start
    'exec: "psql" ended with 2',
    "exec format of the dump is unknown",
    'exec: "/run.sh": ended: permission to the table denied',
    "is a directory",
    "unable to find users table",
    "changed to cwd /srv",
    "no matching manifests in the namespace",
    # of what cannot be built
    "The command 'serve' ended",
    "cache key: unknown",
    "unknown instructions for the model",
    # of what is outside
    "Failed calling webhook: 401 Unauthorized",
    "Proxy authentication required",
    "429 Too Many Requests: the API server is throttling",
    'failed calling webhook "x": Post "https://hook.ns.svc:443/validate": x509: certificate has expired',
    'Post "https://hook.ns.svc:443/validate": dial tcp: lookup hook.ns.svc: no such host',
    'Get "http://10.0.0.5:8080/ready": dial tcp 10.0.0.5:8080: connect: connection refused',
    "read tcp 10.0.0.5:3000->10.0.0.9:443: read: connection reset by peer",
    "Error: cannot allocate memory for the cache",
    "non-overlapping windows",
    "container names are already in use",
    "the network is there already",
    "Bind for failed",
    "Address already in use",
    "bind: permission denied",
    "cannot assign requested address",
    "the source path does not exist",
    "the path /srv/x is shared",
    "mkdir /srv/x/y: not a directory",
    'plugin "cni" not found',
    "mounting volume",
    "the manifest is not found",
    "Minimum memory limit: 6MB",
    "Range of CPUs: 2",
    "an OCI runtime with systemd",
    "OOM score adjusted",
    "cannot stop container: web: tried to kill container, but did not receive an exit event",
    "the disk is 99 % full; space left: 1 GB",
]


@pytest.mark.parametrize("message", OTHERWISE)
def test_what_a_platform_means_otherwise(message: str) -> None:
    """What sounds like a known cause, and is another one."""
    assert cause(message) is None


LIKEWISE = [
    "AccessDenied: Access denied for user: arn:aws:iam::1:user/x",
    "smtp: SASL authentication failed; server mail said: 535",
    "fatal: Authentication failed for 'https://git.test/app.git/'",
    "initialized by PostgreSQL version 16",
    "exec format: json",
    "not found: exec: x: not found in the list",
    "FATAL:  could not create semaphores: No space left on device",
    "bind() to unix:/run/app.sock failed (98: Address already in use)",
    "Error: listen EADDRINUSE: address already in use /tmp/app.sock",
    'could not bind Unix address "/tmp/.s.PGSQL.5432": Address already in use',
    "10-listen-on-ipv6: info: can not modify /etc/nginx/conf.d/default.conf (read-only file system?)",
    "sysctl: error setting key 'net.core.somaxconn': Read-only file system",
    "no such hosted zone",
    "container web: OOMKilled",
    "exit code: 127",
    "HTTP 401 unauthorized: token expired",
    "connection reset by peer",
    "429 Too Many Requests from api.stripe.com",
    'Post "https://payments.internal/": x509: certificate signed by unknown authority',
    "bind: permission denied",
    "cannot allocate memory",
    "toomanyrequests",
    "pull access denied for x",
]


@pytest.mark.parametrize("line", LIKEWISE)
def test_what_a_program_means_otherwise(line: str) -> None:
    """What sounds like a known cause in a log, and is another one."""
    assert likely(["the container ended", "exit code: 1"], f"starting\n{line}\nbye") is None


@pytest.mark.parametrize(
    "line",
    [
        "last check: HTTP 401 unauthorized: no",
        'Unhealthy: Readiness probe failed: Get "https://web/v2/": connect: connection refused',
        "  Unhealthy: Liveness probe failed: cannot connect: exit code: 127",
        "termination message: fork: cannot allocate memory",
    ],
)
def test_what_a_platform_repeats_is_not_its_own(line: str) -> None:
    """A probe's answer, and the last words of a program."""
    assert likely(["the container was not ready", line], "") is None


@pytest.mark.parametrize("probe", ["last check: OCI runtime exec failed", "Unhealthy: Readiness probe errored"])
def test_what_a_platform_says_of_a_probe_is_its_own(probe: str) -> None:
    """It could not ask."""
    found = likely(["the container was not ready", f'{probe}: exec: "ask": executable file not found in $PATH'], "")
    assert found is not None
    assert "no program 'ask'" in found.what


def test_what_is_unknown_is_not_guessed() -> None:
    """A wrong cause is worse than none."""
    for text in ("", "starting", "Unable to start: something new", "listening on :8080", "GET / 404 not found"):
        assert likely([text], text) is None


def test_the_cause_stands_before_what_was_written() -> None:
    """And what to do is about it."""
    lines, fix = explained(["the container ended", "exit code: 2"], "WRONGPASS", "correct it")
    assert lines[1].startswith("likely cause: a database refuses the password")
    assert lines[2:] == ["exit code: 2", "last log lines:", "  WRONGPASS"]
    assert "set the old one" in fix


def test_without_a_known_cause_the_fix_stays() -> None:
    """An empty log is said, one that was not read is not."""
    assert explained(["it ended", "exit code: 2"], "a\nb", "correct it") == (
        ["it ended", "exit code: 2", "last log lines:", "  a", "  b"],
        "correct it",
    )
    assert explained(["it ended"], "", "correct it")[0] == ["it ended", "the container wrote no log"]
    assert explained(["it ended"], None, "correct it")[0] == ["it ended"]


def test_the_layers_around_a_message() -> None:
    """The provider wraps what Docker says, twice."""
    text = """1 error occurred:
	* creating urn:pulumi:t1::p::polypod:index:SidecarPod$docker:index/container:Container::web: 1 error occurred:
	* Unable to start container: Error response from daemon: something new: with more

"""
    assert plain_message(text) == "something new: with more"
