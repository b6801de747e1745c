"""What changes in a program from one revision to another: both are run offline, and what they state is compared."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import attrs

from polypod.preview import components, git
from polypod.preview.components import Stated
from polypod.preview.errors import PreviewError
from polypod.preview.project import Project, read_yaml
from polypod.preview.records import ComponentReport, Report, StackReport

_HIDDEN = "[secret]"
_ANY_PLACE: Mapping[str, Any] = {
    "polypod:azure": {"location": "westeurope"},
    "polypod:registry": {"server": "registry.invalid", "username": "nobody", "password": _HIDDEN},
}
"""What a target needs to know where a program goes, for projects without settings of stacks."""


@attrs.frozen(kw_only=True)
class _Made:
    """A component that a program makes."""

    name: str
    kind: str
    stated: Stated


def compared(folder: Path, base: str, head: str, stacks: Sequence[str], tell: Callable[[str], None]) -> Report:
    """The report of what differs between two revisions of a program.

    Args:
        folder: A folder of the project.
        base: The revision that stands for what is there.
        head: The revision that stands for what is to be there.
        stacks: The stacks whose settings count; all that have some in one of the revisions where there are none. Where
            no stack has settings, each target that is installed with polypod stands for one.
        tell: Is told what happens.

    Raises:
        PreviewError: A revision is not there, or its program cannot be run.
    """
    root = Project.around(folder).root
    with ExitStack() as stack:
        one, two = (Project.around(stack.enter_context(git.checked_out(root, name))) for name in (base, head))
        names = list(stacks) or sorted({*one.stack_files(), *two.stack_files()})
        known = {*one.stack_files(), *two.stack_files()}
        if unknown := [name for name in stacks if name not in known]:
            fix = (
                f"name one of {', '.join(sorted(known))}" if known else "leave --stack out: every target stands for one"
            )
            raise PreviewError(f"stack {unknown[0]}", f"no revision has a Pulumi.{unknown[0]}.yaml", fix)
        names = names or _targets()
        configs = [[_config(project, name) for name in names] for project in (one, two)]
        tell(f"running the programs of {base} and {head}")
        with ThreadPoolExecutor() as pool:
            made = [*pool.map(_run, (one, two), (base, head), (names, names), configs)]
    found = zip(names, *made, configs[1], strict=True)
    return Report(
        stacks=tuple(
            StackReport(name=name, project=two.name, components=tuple(_components(before, after, config)))
            for name, before, after, config in found
        ),
        compared=(base, head),
    )


def _targets() -> list[str]:
    return sorted(distribution("polypod").entry_points.select(group="polypod.targets").names)


def _config(project: Project, stack: str) -> Mapping[str, Any]:
    """The config of a stack by full keys, secrets as they are stored; of a target where no stack has settings."""
    file = project.stack_files().get(stack)
    if file is None:
        given: Any = {} if project.stack_files() else {**_ANY_PLACE, "polypod:target": stack}
    else:
        given = read_yaml(file).get("config")
    config = {**project.config, **(given if isinstance(given, dict) else {})}
    return {key if ":" in key else f"{project.name}:{key}": value for key, value in config.items() if value is not None}


def _run(
    project: Project, revision: str, stacks: Sequence[str], configs: Sequence[Mapping[str, Any]]
) -> list[dict[str, _Made]]:
    """The components that a revision makes for each stack."""
    runs = [
        {
            "root": str(project.root),
            "main": str(project.main),
            "project": project.name,
            "stack": stack,
            "config": {key: _without_secrets(value) for key, value in config.items()},
            "secrets": [key for key, value in config.items() if value != _without_secrets(value)],
        }
        for stack, config in zip(stacks, configs, strict=True)
    ]
    done = subprocess.run(
        [sys.executable, "-m", "polypod.preview.offline"],
        input=json.dumps(runs),
        capture_output=True,
        text=True,
        check=False,
    )
    ended = {"error": done.stderr.strip().rpartition("\n")[2] or f"exit code {done.returncode}"}
    answers: list[dict[str, Any]] = [ended] * len(runs) if done.returncode else json.loads(done.stdout)
    for stack, answer in zip(stacks, answers, strict=True):
        if "error" in answer:
            fix = (
                "correct the program, or compare with another revision; its packages are those that are installed here"
            )
            raise PreviewError(
                f"revision {revision}, stack {stack}", f"the program cannot be run: {answer['error']}", fix
            )
    return [dict(_made(answer["components"])) for answer in answers]


def _without_secrets(value: Any) -> Any:
    """A value of a config with a text in place of each that is encrypted."""
    if isinstance(value, dict):
        return _HIDDEN if value.keys() == {"secure"} else {key: _without_secrets(item) for key, item in value.items()}
    return [_without_secrets(item) for item in value] if isinstance(value, list) else value


def _made(found: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, _Made]]:
    for item in found:
        stated = Stated.of(item["inputs"])
        if stated is not None:
            yield item["name"], _Made(name=item["name"], kind=item["kind"], stated=stated)


def _components(
    old: Mapping[str, _Made], new: Mapping[str, _Made], config: Mapping[str, Any]
) -> Iterator[ComponentReport]:
    for name in {**new, **old}:
        one, two = old.get(name), new.get(name)
        made = two or old[name]
        settings = config.get(f"polypod:{made.stated.target}")
        settings = settings if isinstance(settings, Mapping) else {}
        if one is None or two is None:
            yield components.whole(name, made.kind, made.stated, "removed" if two is None else "added", settings)
            continue
        comparison = components.compare(one.stated, two.stated, settings)
        yield ComponentReport(
            name=name,
            kind=two.kind,
            target=two.stated.target,
            pods=tuple(components.pod_reports(comparison)),
            findings=components.findings(one.stated, two.stated, settings),
        )
