"""Causes of failures by the logs and exit codes of containers."""

from __future__ import annotations

from polypod.targets.shared.deploy.causes import COMMAND, SPACE, Cause, Row, first_cause

_KEPT = "the data was made with another password: set the old one, or change it in the database before here"

_LOGGED: tuple[Row, ...] = (
    (
        r"password authentication failed for user|Access denied for user '|WRONGPASS|FATAL: +SASL authentication failed"
        r"|MongoServerError: Authentication failed|invalid username-password pair",
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
    (r"exec: (?P<it>\S+): not found$", "the image has no program {it!r}", COMMAND),
    (
        r"could not resize shared memory segment[^\n]*No space",
        "its shared memory (/dev/shm) is full",
        "give the container more with shm_size=",
    ),
    (
        r"[Ii]notify[^\n]*[Nn]o space left on device|ENOSPC: System limit for number of file watchers",
        "the machine lets its user watch no more files",
        "raise fs.inotify.max_user_watches with `sysctl` on the machine that runs it",
    ),
    (
        r"^(?!.*(?:semaphores|shmget|semget)).*(?:[Nn]o space left on device|could not extend file .*: No space)",
        "a disk is full",
        SPACE,
    ),
    (
        r"^(?!.*(?:[Uu]nix|\.sock\b|\.s\.PGSQL)).*(?:[Aa]ddress already in use|EADDRINUSE)",
        "two programs of the pod listen on the same port",
        "let one of them listen on another: containers of a pod share their ports",
    ),
    (
        r"^(?!.*(?:sysctl|/proc/|/sys/)).*(?:[Rr]ead-only file system(?!\?)|EROFS)",
        "the program writes where it may only read",
        "mount a ScratchVolume there",
    ),
    (
        r"could not translate host name|Name or service not known|getaddrinfo (?:ENOTFOUND|EAI_AGAIN)"
        r"|Temporary failure in name resolution|no such host\b|host not found in upstream",
        "a host name cannot be resolved",
        "take that of a pod from a reference such as polypod{{db.host}}, and see that DNS knows any other",
    ),
)
"""What programs write when something outside them is wrong: pattern, what is wrong, what to do."""

_ENDED: tuple[Row, ...] = (
    (r"exit code:? 127\b", "a command was not found", COMMAND),
    (r"exit code:? 126\b", "a command cannot be executed", COMMAND),
    (
        r"exit code:? 137\b",
        "it was killed as it took more memory than it may, or as its liveness probe failed and it did not stop in time",
        "give it more with Resources(memory_limit=), or see why the probe fails",
    ),
)
"""How programs end, where they do not say why: pattern, what is wrong, what to do."""


def cause_in_log(log: str) -> Cause | None:
    """The cause behind what a container wrote; ``None`` where there is no known one.

    Args:
        log: The lines.
    """
    return first_cause(log, _LOGGED)


def cause_of_end(said: str) -> Cause | None:
    """The cause behind the exit code of a container; ``None`` where it tells nothing.

    Args:
        said: What the platform says, such as ``exit code: 127``.
    """
    return first_cause(said, _ENDED)
