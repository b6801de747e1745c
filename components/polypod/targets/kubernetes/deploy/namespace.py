"""The namespace of a stack, which all its components share."""

from __future__ import annotations

import attrs
import pulumi

from polypod.errors import ModelError, Problem
from polypod.run_state import once
from polypod.targets.kubernetes.plan.names import stack_labels
from polypod.targets.kubernetes.plan.records import Plan
from polypod.targets.kubernetes.plan.settings import LEVELS

_ENFORCE = "pod-security.kubernetes.io/enforce"


@attrs.frozen
class Shared:
    """A namespace that a stack deploys to.

    Args:
        resource: Its resource; ``None`` where somebody else made it.
        keeps: Whether it outlives a destroy, for the data in it.
        security: The Pod Security level it enforces.
        component: The component that brought it about.
    """

    resource: pulumi.Resource | None
    keeps: bool
    security: str
    component: str


class Namespaces:
    """The namespaces of one stack."""

    def __init__(self) -> None:
        self._made: dict[str, Shared] = {}

    @classmethod
    def of_stack(cls) -> Namespaces:
        """Those of the program that runs."""
        return once(pulumi.runtime.get_root_resource(), "namespaces", cls)

    def resource(self, plan: Plan, provider: pulumi.ProviderResource | None, plugin: str, *, keeps: bool) -> Shared:
        """The namespace of a plan, registered for the first component that asks.

        Args:
            plan: The plan.
            provider: The provider of its cluster; the default one by default.
            plugin: The version of the provider's plugin.
            keeps: Whether it holds data that outlives a destroy.

        Raises:
            ModelError: A component that came first registered a namespace that this one's pods or data do not fit.
        """
        component = plan.labels["dev.polypod.component"]
        if not plan.own_namespace:
            return Shared(None, keeps=True, security=plan.security, component=component)
        found = self._made.get(plan.namespace)
        if found is None:
            made = _register(plan, provider, plugin, keeps=keeps)
            found = Shared(made, keeps=keeps, security=plan.security, component=component)
            self._made[plan.namespace] = found
        elif LEVELS.index(plan.security) > LEVELS.index(found.security) or (keeps and not found.keeps):
            what = f"the component {found.component!r} made the namespace for pods that need and keep less"
            fix = f"create {component!r} before it in the program, or use a stack of its own"
            raise ModelError([Problem("PP441", f"component {component}", what, fix)])
        return found


def _register(plan: Plan, provider: pulumi.ProviderResource | None, plugin: str, *, keeps: bool) -> pulumi.Resource:
    labels = {
        **stack_labels(plan.labels),
        "app.kubernetes.io/managed-by": plan.labels["app.kubernetes.io/managed-by"],
        "app.kubernetes.io/part-of": plan.labels["app.kubernetes.io/part-of"],
        _ENFORCE: plan.security,
        f"{_ENFORCE}-version": "latest",
    }
    metadata = {"name": plan.namespace, "labels": labels, "annotations": {"pulumi.com/patchForce": "true"}}
    options = pulumi.ResourceOptions(provider=provider, version=plugin, retain_on_delete=keeps)
    properties = {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}
    return pulumi.CustomResource("kubernetes:core/v1:Namespace", plan.namespace, properties, options)
