"""What a preview says of a volume that is made anew beside data which an earlier one has kept."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from polypod.targets.aci.management import Management
from polypod.targets.aci.records import Plan


async def notices(plan: Plan, management: Management, resource_group: str, account: str) -> list[str]:
    """A line for each share that would be new while there are others that nothing of the component mounts.

    Args:
        plan: The plan.
        management: What to ask.
        resource_group: The name of the resource group of the data.
        account: The storage account of the component's shares.

    Raises:
        ManagementError: Azure does not answer.
    """
    await management.ready()
    return list(_lines(plan, await management.shares(resource_group, account)))


def _lines(plan: Plan, there: Collection[str]) -> Iterator[str]:
    kept = sorted(set(there) - plan.shares.keys())
    if not kept:
        return
    for share, path in plan.shares.items():
        if share not in there:
            _, pod, *_ = path.split(".")
            yield (
                f"{pod} starts on empty data ({share}): what was kept under a former name stays in {', '.join(kept)}"
            )
