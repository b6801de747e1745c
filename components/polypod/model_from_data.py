"""Applications written as plain data: by a program in another language, or in a YAML file.

The keys are the fields of the model, in camelCase or snake_case. Where the model takes one of several things:

- an image is a text, or a mapping with the fields of `Build`;
- a value is a text, a number, ``{"secret": ...}`` or ``{"concat": [...]}``;
- a file of a volume is a value, ``{"base64": ...}`` for bytes, or a mapping with the fields of `File`;
- a volume says its ``kind``: ``scratch``, ``config``, ``secret``, ``persistent`` or ``hostPath``;
- a probe holds ``http``, ``tcp`` or ``exec``, such as ``{"http": {"path": "/health"}, "period": "5s"}``;
- nothing (``null``) stands for the field's default;
- a pod has a ``main`` container, a group has ``peers``; one that is listed by name needs no name of its own.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar, get_type_hints

import attrs

from polypod.checks.rules import wrong_kinds
from polypod.errors import ModelError, Problem
from polypod.hints import members
from polypod.model.application import Application, pod_path
from polypod.model.file import File
from polypod.model.gateway import Gateway
from polypod.model.pod import Group, Pod, Workload
from polypod.model.probe import ACTIONS, Probe
from polypod.model.suggestions import suggestion
from polypod.model.value import Deferred, Secret, Template, Value, concat
from polypod.model.volume import KINDS, ScratchVolume

Model = TypeVar("Model", Gateway, Pod, Group)


def structure(data: Mapping[str, Any] | Model, kind: type[Model]) -> Model:
    """The model that plain data describes.

    Values that are known only later may stand where the model allows them.

    Args:
        data: The data; a model is returned as it is.
        kind: What it describes.

    Raises:
        ModelError: With every field that is unknown, missing or of the wrong kind.
    """
    if isinstance(data, kind):
        return data
    if not isinstance(data, Mapping):
        what = f"a {type(data).__name__} is not a {kind.__name__}"
        raise ModelError([Problem("PP103", "program", what, f"give a {kind.__name__}, or a mapping with its fields")])
    reader = _Reader()
    name = _name(data)
    model: Model = reader.gateway(data) if kind is Gateway else reader.object(pod_path(name), data, kind)
    app = Application(model.pods, model) if isinstance(model, Gateway) else Application({name: model})
    reported = {problem.path for problem in reader.problems}
    problems = reader.problems + [problem for problem in wrong_kinds(app) if problem.path not in reported]
    if problems:
        raise ModelError(problems)
    return model


def _name(pod: Mapping[str, Any]) -> str:
    """The name of a pod, or its place in brackets."""
    holder = pod.get("main", pod)
    name = holder.get("name") if isinstance(holder, Mapping) else None
    return name if isinstance(name, str) else "[0]"


def _named(name: str, pod: object) -> object:
    """A pod with the name it is listed by, where it has none."""
    if isinstance(pod, Mapping) and isinstance(pod.get("main"), Mapping):
        return {**pod, "main": {"name": name, **pod["main"]}}
    return {"name": name, **pod} if isinstance(pod, Mapping) and "peers" in pod else pod


class _Reader:
    """Gives plain data the shape of the model. Leaves stay as they are: the rules say what is wrong with them."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._special: Mapping[type, Callable[..., Any]] = {
            Secret: self.value,
            ScratchVolume: self.volume,
            Workload: self.workload,
            Probe: self.probe,
        }

    def gateway(self, data: Mapping[str, Any]) -> Any:
        pods = data.get("pods")
        if isinstance(pods, Mapping):
            data = {**data, "pods": {str(name): _named(str(name), pod) for name, pod in pods.items()}}
        return self.object("gateway", data, Gateway)

    def read(self, path: str, data: Any, annotation: Any) -> Any:
        """Data in the shape of a type, as far as it has it."""
        allowed = members(annotation)
        if isinstance(data, Mapping):
            return self.mapping(path, data, allowed)
        if isinstance(data, Sequence) and not isinstance(data, str | bytes):
            return self.items(path, data, allowed)
        if Secret in allowed and str not in allowed and isinstance(data, str | Deferred):
            return Secret(data)
        return int(data) if isinstance(data, float) and data.is_integer() else data  # JSON has no whole numbers

    def items(self, path: str, data: Sequence[Any], allowed: Mapping[Any, tuple[Any, ...]]) -> Any:
        item = next((args[kind is Mapping] for kind, args in allowed.items() if kind in (tuple, Mapping)), None)
        return tuple(self.read(f"{path}[{i}]", value, item) for i, value in enumerate(data))

    def mapping(self, path: str, data: Mapping[str, Any], allowed: Mapping[Any, tuple[Any, ...]]) -> Any:
        if Mapping in allowed:
            value = allowed[Mapping][1]
            return {key: self.read(f"{path}.{key}", item, value) for key, item in data.items()}
        if tuple in allowed:
            return self.mapping(path, data, members(allowed[tuple][0]))
        for kind, read in self._special.items():  # no type allows two of them
            if kind in allowed:
                return read(path, data, allowed)
        return next((self.object(path, data, kind) for kind in allowed if attrs.has(kind)), data)

    def value(self, path: str, data: Mapping[str, Any], allowed: Mapping[Any, Any]) -> Any:
        match dict(data):
            case {"secret": secret, **rest} if not rest:
                return Secret(secret)
            case {"concat": [*parts], **rest} if not rest and Template in allowed:
                return concat(*(self.read(f"{path}.concat[{i}]", part, Value) for i, part in enumerate(parts)))
            case {"base64": str(text), **rest} if not rest and bytes in allowed:
                return self.decoded(path, text)
            case {"content": _} if File in allowed:
                return self.object(path, data, File)
        self.problem("PP106", path, "a mapping is not a value", "write {secret: ...} or {concat: [...]}")
        return attrs.NOTHING

    def decoded(self, path: str, text: str) -> Any:
        try:
            return base64.b64decode(text, validate=True)
        except ValueError:
            self.problem("PP107", path, "the string is not in base64", "encode the bytes of the file in base64")
            return attrs.NOTHING

    def volume(self, path: str, data: Mapping[str, Any], _: object) -> Any:
        kind = data.get("kind")
        if isinstance(kind, str) and kind in KINDS:
            return self.object(path, {key: item for key, item in data.items() if key != "kind"}, KINDS[kind])
        self.problem("PP108", path, f"{kind!r} is not a kind of volume", f"give kind: {', '.join(KINDS)}")
        return attrs.NOTHING

    def workload(self, path: str, data: Mapping[str, Any], _: object) -> Any:
        return self.object(path, data, Group if "peers" in data else Pod)

    def probe(self, path: str, data: Mapping[str, Any], _: object) -> Any:
        given = [name for name in ACTIONS if name in data]
        if len(given) != 1:
            self.problem(
                "PP109", path, f"a probe asks in one way, not {len(given)}", f"give one of {', '.join(ACTIONS)}"
            )
            return attrs.NOTHING
        action = self.read(f"{path}.{given[0]}", data[given[0]], ACTIONS[given[0]])
        timing = {key: item for key, item in data.items() if key != given[0]}
        return self.object(path, timing, Probe, action=action)

    def object(self, path: str, data: Mapping[str, Any], model: type, **known: Any) -> Any:
        """An object of the model; a field that is missing holds ``attrs.NOTHING``."""
        hints = get_type_hints(model)
        fields = {field.name: field for field in attrs.fields(model) if field.name not in known}
        values = {name: attrs.NOTHING for name, field in fields.items() if field.default is attrs.NOTHING} | known
        given: set[str] = set()
        for key, item in data.items():
            name = re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", str(key)).lower()
            place = name if model is Gateway and name in ("pods", "routes") else f"{path}.{name}"
            if name not in fields:
                self.problem("PP104", f"{path}.{key}", "unknown field", suggestion(name, fields))
                continue
            if name in given:
                self.problem("PP105", place, "the field is given twice", "remove one of them")
            given.add(name)
            if item is not None or fields[name].default is attrs.NOTHING:
                values[name] = self.read(place, item, hints[name])
        return model(**values)

    def problem(self, code: str, path: str, what: str, fix: str) -> None:
        self.problems.append(Problem(code, path, what, fix))
