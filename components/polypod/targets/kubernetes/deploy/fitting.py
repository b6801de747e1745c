"""A plan that is compared with what is there once the cluster is known which the component was given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pulumi

from polypod.targets.kubernetes.plan.records import Plan, Pod
from polypod.targets.shared.deploy.failures import shown

_Later = Callable[[Sequence[str | None] | None], Awaitable[Plan]]


class Fitting:
    """A plan as the cluster can take it.

    Args:
        plan: The plan; where nothing else is given, the one that was compared already.
        later: Compares it with the cluster that an access leads to; without an access, there is no cluster yet.
        access: A kubeconfig and a context, which lead to the cluster.
    """

    def __init__(
        self,
        plan: Plan,
        later: _Later | None = None,
        access: Sequence[pulumi.Input[Any]] = (),
    ) -> None:
        self._plan = plan
        self._later: pulumi.Output[Plan] | None = None
        if later is not None:
            self._later = pulumi.Output.from_input(_compared(later, access))

    def of(self, find: Callable[[Plan], Any]) -> Any:
        """A part of the properties of a resource.

        Args:
            find: Finds it in the plan that is deployed.
        """
        return find(self._plan) if self._later is None else self._later.apply(find)

    async def pod(self, pod: Pod) -> Pod:
        """A pod as it is deployed.

        Args:
            pod: The pod of the program.
        """
        plan = self._plan if self._later is None else await self._later.future()
        return pod if plan is None else plan.pod(pod.name)


async def _compared(later: _Later, access: Sequence[pulumi.Input[Any]]) -> Plan:
    """The plan; what a provider was not given is unknown in a preview, as a context is without a kubeconfig."""
    kubeconfig, context = map(pulumi.Output.from_input, access)
    with shown():
        if not await kubeconfig.is_known():
            return await later(None)
        return await later((await kubeconfig.future(), await context.future()))
