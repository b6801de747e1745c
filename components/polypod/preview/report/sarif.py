"""The findings of a report as SARIF 2.1.0, which code hosts show next to the lines of a program.

The format: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

from polypod.preview.records import ComponentReport, Finding, Report, StackReport

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"degraded": "warning", "rejected": "error"}


def sarif(report: Report) -> str:
    """The findings of a report.

    Args:
        report: The report.
    """
    found = list(_found(report))
    rules = {finding.code: {"id": finding.code, "shortDescription": {"text": _one(finding)}} for _, _, finding in found}
    driver = {"name": "polypod", "version": version("polypod"), "rules": [rules[code] for code in sorted(rules)]}
    run = {"tool": {"driver": driver}, "results": [_result(*item) for item in found]}
    document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _one(finding: Finding) -> str:
    """What findings of a code are about, from one of them."""
    return f"{finding.verdict}: {finding.reason}"


def _found(report: Report) -> Iterator[tuple[StackReport, ComponentReport, Finding]]:
    for stack in report.stacks:
        for component in stack.components:
            yield from ((stack, component, finding) for finding in component.findings)


def _result(stack: StackReport, component: ComponentReport, finding: Finding) -> dict[str, Any]:
    file, _, line = component.source.partition("#")
    fix = f"; {finding.fix}" if finding.fix else ""
    place = {"artifactLocation": {"uri": file or "Pulumi.yaml"}, "region": {"startLine": int(line or 1)}}
    return {
        "ruleId": finding.code,
        "level": _LEVELS[finding.verdict],
        "message": {"text": f"{finding.verdict} on {component.target}: {finding.path}: {finding.reason}{fix}"},
        "locations": [
            {
                "physicalLocation": place,
                "logicalLocations": [{"fullyQualifiedName": f"{stack.name}/{component.name}/{finding.path}"}],
            }
        ],
        "partialFingerprints": {"place/v1": f"{component.name}/{component.target}/{finding.path}/{finding.code}"},
        "baselineState": "unchanged" if finding.known else "new",
        **({"suppressions": [{"kind": "inSource", "justification": finding.accepted}]} if finding.accepted else {}),
    }
