"""Report failures of providers as problems: the place in the model, what is wrong, how to fix it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import pulumi

from polypod.errors import DeploymentError, PolypodError, Problem
from polypod.targets.shared.deploy.causes import Cause
from polypod.targets.shared.deploy.platform_causes import cause

Explain = Callable[[str, str], Cause | None]
"""Finds the cause behind the failure of a resource: its name and what the provider said."""

_DONE = {"create": "made", "update": "changed", "delete": "removed"}
_UNKNOWN = "mend what it names; where that is nothing in the program, run `pulumi up` again"
_NOISE = re.compile(
    r"^\s*(?:\d+ errors? occurred:|\*|(?:creating|updating|deleting) urn:\S+:|error:|Error response from daemon:|"
    r"(?:Unable|Error) [^:]*:(?= Error response from daemon))\s*"
)


@contextmanager
def shown() -> Iterator[None]:
    """Errors of polypod end the program with their message and without a traceback."""
    try:
        yield
    except PolypodError as error:
        raise pulumi.RunError(str(error)) from None


class FailureHook:
    """Reports the failures of a component's resources.

    Args:
        component: Its name.
        places: The place in the model by the name of a resource; those without one are the component's own.
        explain: Knows more about a cause than the provider's message does, where it returns one.
        name: What tells it from the component's other one; only one of a name is registered.
    """

    def __init__(
        self,
        component: str,
        places: Mapping[str, str],
        explain: Explain = lambda _, __: None,
        name: str = "failures",
    ) -> None:
        self._component = component
        self._places = places
        self._explain = explain
        self.binding = pulumi.ResourceHookBinding(on_error=[pulumi.ErrorHook(f"{component}-{name}", self)])

    def __call__(self, args: pulumi.ErrorHookArgs) -> bool:
        """Report one failure; it is not tried again.

        Args:
            args: What the engine knows of it.
        """
        path = self._places.get(args.name, f"component {self._component}")
        said = args.errors[0]
        found = self._explain(args.name, said) or cause(said)
        kind, done = _kind(args.type), _DONE[args.failed_operation]
        subject = f"its {kind} could not be {'made or started' if (kind, done) == ('container', 'made') else done}"
        what = f"{subject}: {found.what if found else plain_message(said)}"
        pulumi.log.error(str(DeploymentError([Problem("PP803", path, what, found.fix if found else _UNKNOWN)])))
        return False


def plain_message(text: str) -> str:
    """A provider's message in one line, without its wrapping.

    Args:
        text: The message of a provider.
    """
    lines = []
    for line in text.splitlines():
        while found := _NOISE.match(line):
            line = line[found.end() :]  # noqa: PLW2901 - peeled layer by layer
        if line.strip():
            lines.append(line.strip())
    return "; ".join(dict.fromkeys(lines))


def _kind(token: str) -> str:
    """The kind of a resource in words: of ``docker:index/remoteImage:RemoteImage``, ``image``."""
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", token.rpartition(":")[2]).lower()
    return name.removeprefix("remote ").removeprefix("registry ")
