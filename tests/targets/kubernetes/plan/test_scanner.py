"""Every rendered manifest, looked at by checkov, which runs in an environment of its own (tests/scanner)."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from polypod.model.application import Application
from polypod.targets.kubernetes import TARGET
from tests.common import ROOT
from tests.golden.programs import PROJECTS, ran
from tests.targets.kubernetes.manifests import as_text

EXCUSED = {
    "CKV_K8S_8": "whether a program can say that it hangs, and how, is known to its author: liveness=",
    "CKV_K8S_9": "readiness=, likewise; polypod waits a moment for containers that have none",
    "CKV_K8S_10": "the author gives resources= where they are known; a wrong guess of ours would stop programs",
    "CKV_K8S_11": "likewise",
    "CKV_K8S_12": "likewise",
    "CKV_K8S_13": "likewise",
    "CKV_K8S_15": "tags that name a version are not pulled again and again; built images are named by digest",
    "CKV_K8S_22": "the author says read_only_root= where a program writes nowhere else",
    "CKV_K8S_35": "programs that follow the twelve factors read secrets from variables; SecretVolume makes files",
    "CKV_K8S_40": "users below 10000 are those of the public images",
    "CKV_K8S_43": "public images are named by tag, as the program says; built ones by digest",
}
"""Checks that fail by decision, and why. None of them is of high severity in checkov's own table."""


def test_the_scanner_finds_nothing_that_is_not_excused(tmp_path: Path) -> None:
    """In the manifests of every program of this repository."""
    for example in sorted(PROJECTS):
        with ran(example, "kubernetes") as program:
            plan = TARGET.draft(Application.of(program.model), program.site).plan
            (tmp_path / f"{example}.yaml").write_text(yaml.safe_dump_all(as_text(plan)))
    report = scanned(tmp_path)
    found = {(item["check_id"], item["check_name"]) for item in report["results"]["failed_checks"]}
    assert {name for check, name in found if check not in EXCUSED} == set()
    assert {check for check, _ in found} == set(EXCUSED), "an excuse that nothing needs hides what comes later"
    assert report["summary"]["passed"] > 100 * len(PROJECTS)
    assert report["summary"]["parsing_errors"] == 0


def scanned(folder: Path) -> dict[str, dict[str, object]]:
    """What checkov says about the manifests in a folder."""
    uv = shutil.which("uv")
    if uv is None:
        pytest.fail("uv is not on PATH; run the tests with `make test`")
    command = [uv, "run", "--quiet", "--locked", "--project", str(ROOT / "tests" / "scanner"), "checkov"]
    options = ["--framework", "kubernetes", "--output", "json", "--directory", str(folder), "--soft-fail", "--compact"]
    done = subprocess.run([*command, *options], check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout))
