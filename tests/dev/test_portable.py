"""What a laptop runs needs no newer bash than macOS' 3.2, and none of GNU's own options of common programs."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from .programs import ROOT

DEV = ROOT / "dev"
SCRIPTS = sorted((*DEV.glob("*.sh"), *DEV.glob("bare_machine/*.sh"), *DEV.glob("bare_machine/modules/pulumi-*/*.sh")))

NEWER_THAN_BASH_3_2 = {
    r"\b(?:declare|local|typeset) -[a-zA-Z]*A": "associative arrays",
    r"\b(?:declare|local|typeset) -[a-zA-Z]*[gnluc]\b": "-g, -n, -l, -u and -c",
    r"\b(?:mapfile|readarray|coproc)\b": "mapfile, readarray and coproc",
    r"\$\{\w+(?:\[[^]]*\])?(?:\^\^?|,,?)": "changing the case",
    r"\$\{\w+@\w\}": "transformations such as ${x@Q}",
    r"&>>|\|&": "&>> and |&",
    r";;?&": ";& and ;;&",
    r"\[\[ -v ": "-v",
    r"\bwait -n\b": "wait -n",
    r"printf '%\(": "times in printf",
    r"\bexec \{\w+\}": "named descriptors",
    r"\$\{\w+\[-\d+\]\}|\$\{\w+: ?-?\d+: ?-": "negative indexes",
    r"\bread (?:-\w+ )*-t ?0?\.\d": "fractions of seconds in read",
    r"\b(?:shopt -s (?:globstar|lastpipe|inherit_errexit))": "options of the shell",
    r"=~ [^$'\"\s]*\(": "a group in a pattern that is written into [[ ]]",
    r"\bBASHPID\b|\bEPOCHSECONDS\b|\bEPOCHREALTIME\b": "variables of the shell",
}
"""What macOS' bash does not know."""

NOT_EVERYWHERE = {
    r"\breadlink -[a-z]*f": "readlink -f",
    r"\bsed -[a-zA-Z]*i\b(?! '')": "sed -i, which takes an argument on BSD",
    r"\bsed -[a-z]*r\b": "sed -r",
    r"\bdate -[a-z]*d\b|\bdate --": "date -d",
    r"\bstat -[a-z]*c\b|\bstat --": "stat -c",
    r"\bcp (?:-\w+ )*--": "long options of cp",
    r"\bgrep (?:-\w+ )*-[a-zA-Z]*P|\\b": "grep -P and \\b",
    r"\bsort (?:-\S+ )*-[a-z]*V": "sort -V",
    r"\bfind [^|]*-printf": "find -printf",
    r"\bbase64 -w": "base64 -w",
    r"\bhead -[a-z]* ?-\d": "head -n -1",
    r"\binstall -[a-z]*D": "install -D",
    r"\benv -S": "env -S",
    r"\bmktemp (?:-\w )*--": "long options of mktemp",
    r"\bxargs (?:-\S+ )*(?:-r|--)": "xargs -r",
    r"\bmv (?:-\w+ )*-T|\bln (?:-\w+ )*-[a-z]*T": "-T",
    r"(?<![-\w])(?:tac|sha256sum|md5sum|timeout|realpath|numfmt|shuf|nproc|setsid)\b": "programs that macOS has not",
}
"""What BSD's programs do otherwise or not at all, and so macOS'."""

ON_LINUX_ONLY = {("daemon.sh", "nproc"), ("daemon.sh", "setsid")}
"""Where root starts Docker by itself."""


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: str(script.relative_to(DEV)))
def test_no_newer_bash_and_no_gnu_options(script: Path) -> None:
    """With the reason, as most users of macOS have never seen another bash than 4 or 5 elsewhere."""
    found = [
        f"{script.name}:{number}: {reason}: {hit[0]}"
        for number, line in enumerate(script.read_text().splitlines(), 1)
        for pattern, reason in (NEWER_THAN_BASH_3_2 | NOT_EVERYWHERE).items()
        for hit in re.finditer(pattern, line.partition(" # ")[0] if not line.startswith("#") else "")
        if (script.name, hit[0]) not in ON_LINUX_ONLY
    ]
    assert found == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: str(script.relative_to(DEV)))
def test_no_array_that_may_be_empty(script: Path) -> None:
    """Before bash 4.4, ``"${names[@]}"`` of an empty array is an unset variable."""
    text = script.read_text()
    empty = set(re.findall(r"\b(\w+)=\(\)", text))
    read = set(re.findall(r'"\$\{(\w+)\[@\]\}"', text))
    assert {name for name in empty & read if f"{name}+=(" not in text} == set()


def test_shellcheck_has_nothing_to_say() -> None:
    """It knows many more traps."""
    done = subprocess.run(["shellcheck", "-x", *SCRIPTS], cwd=DEV, capture_output=True, text=True, check=False)
    assert done.stdout + done.stderr == ""
