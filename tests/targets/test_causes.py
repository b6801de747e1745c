"""What the messages of platforms and programs mean, as they were written by the real ones."""

from __future__ import annotations

import pytest

from polypod.targets.causes import cause, cause_in_log, explained
from polypod.targets.failures import plain_message

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
    ("exit code: 137\nreason: OOMKilled", "more memory"),
    ("exit code: 127", "not found"),
    ("container web: Terminated (Error), exit code 126", "be executed"),
]


@pytest.mark.parametrize(("line", "what"), LINES, ids=[line[:40] for line, _ in LINES])
def test_what_a_program_writes(line: str, what: str) -> None:
    """Among other lines."""
    found = cause_in_log(f"starting\n{line}\nbye")
    assert found is not None
    assert what in found.what
    assert "{" not in found.what


def test_what_is_unknown_is_not_guessed() -> None:
    """A wrong cause is worse than none."""
    for text in (
        "",
        "starting",
        "Unable to start container: something new",
        "listening on :8080",
        "GET / 404 not found",
    ):
        assert cause(text) is None
        assert cause_in_log(text) is None


def test_the_cause_stands_before_what_was_written() -> None:
    """And what to do is about it."""
    lines, fix = explained(["the container ended", "exit code: 2", "last log lines:", "  WRONGPASS"], "correct it")
    assert lines[1].startswith("likely cause: a database refuses the password")
    assert lines[2:] == ["exit code: 2", "last log lines:", "  WRONGPASS"]
    assert "set the old one" in fix
    assert explained(["the container ended", "exit code: 2"], "correct it")[1] == "correct it"


def test_the_layers_around_a_message() -> None:
    """The provider wraps what Docker says, twice."""
    text = """1 error occurred:
	* creating urn:pulumi:t1::p::polypod:index:SidecarPod$docker:index/container:Container::web: 1 error occurred:
	* Unable to start container: Error response from daemon: something new: with more

"""
    assert plain_message(text) == "something new: with more"
