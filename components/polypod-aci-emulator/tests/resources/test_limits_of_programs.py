"""What polypod's check refuses because of a limit of Azure, the emulator refuses too."""

from __future__ import annotations

import pytest

from helpers.bodies import path
from helpers.http_client import Http
from polypod.azure.aci.rules import violations
from polypod.azure.aci.table import LIMITS
from tests.targets.aci.plan.test_limits import REFUSED, Refused, requests


@pytest.mark.parametrize("case", REFUSED, ids=[f"{case.limit}-{i}" for i, case in enumerate(REFUSED)])
def test_the_emulator_refuses_it_too(http: Http, case: Refused) -> None:
    """With the code of the limit, and there is no group afterwards."""
    codes = set()
    for name, body in requests(case.model, case.settings):
        if list(violations(name, body)):
            answer = http("PUT", path(f"Microsoft.ContainerInstance/containerGroups/{name}"), body)
            assert answer.status_code == LIMITS[case.limit].status
            error = answer.json()["error"]
            codes |= {error["code"], *(detail["code"] for detail in error.get("details", ()))}
    assert LIMITS[case.limit].code in codes
    assert http("GET", path("Microsoft.ContainerInstance/containerGroups")).json() == {"value": []}
