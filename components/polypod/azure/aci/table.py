"""Every limit of Azure Container Instances by its name, with the error by which the service reports it.

``attested`` says that the code and the message have been seen in answers of the service. Where they have not, the limit
itself is documented at ``source``, and its code is named after its siblings.
"""

from __future__ import annotations

from collections.abc import Mapping

from polypod.azure.aci import limits_of_containers, limits_of_properties
from polypod.azure.aci.limits import Limit

LIMITS: Mapping[str, Limit] = {
    limit.name: limit for limit in (*limits_of_containers.LIMITS, *limits_of_properties.LIMITS)
}
