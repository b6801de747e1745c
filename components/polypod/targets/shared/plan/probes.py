"""When probes run, as Kubernetes and Azure Container Instances both write it."""

from __future__ import annotations

from typing import Any

from polypod.model.probe import PERIOD, Probe


def timing(probe: Probe) -> dict[str, Any]:
    """The times and thresholds of a probe, in whole seconds.

    Args:
        probe: The probe.
    """
    return {
        "periodSeconds": (probe.period or PERIOD).seconds,
        "timeoutSeconds": probe.timeout.seconds,
        "failureThreshold": probe.failure_threshold,
        **({"initialDelaySeconds": probe.initial_delay.seconds} if probe.initial_delay else {}),
    }
