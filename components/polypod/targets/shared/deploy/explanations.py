"""Explain a failed container: the platform's message, the container's log, and the likely cause."""

from __future__ import annotations

import re
from collections.abc import Sequence

from polypod.targets.shared.deploy.causes import Cause
from polypod.targets.shared.deploy.log_causes import cause_in_log, cause_of_end
from polypod.targets.shared.deploy.platform_causes import cause

_QUOTED = re.compile(
    r"(?:Unhealthy|ProbeWarning|last check|termination message): (?!.*(?:probe errored|OCI runtime exec failed))",
    re.DOTALL,
)
"""Lines in which a platform repeats what a program said, such as the answer to a probe."""


def likely(lines: Sequence[str], log: str) -> Cause | None:
    """The cause behind a container that failed; ``None`` where there is no known one.

    The words of a platform mean something else in a program's log: an API that answers 401 is no registry.

    Args:
        lines: What went wrong, and what the platform says of it.
        log: What the container wrote.
    """
    said = "\n".join(line for line in lines if not _QUOTED.match(line.lstrip()))
    return cause(said) or cause_in_log(log) or cause_of_end(said)


def explained(lines: Sequence[str], log: str | None, fix: str) -> tuple[list[str], str]:
    """The lines about a failed container, with the likely cause after the first, and the fix.

    Args:
        lines: What went wrong, and what the platform says of it.
        log: What the container wrote; ``None`` where that was not read.
        fix: What to do where the cause is not known.
    """
    found = likely(lines, log or "")
    told = [lines[0], *([f"likely cause: {found.what}"] if found else []), *lines[1:]]
    if log is not None:
        told.append("last log lines:" if log else "the container wrote no log")
        told += (f"  {line}" for line in log.splitlines())
    return told, found.fix if found else fix
