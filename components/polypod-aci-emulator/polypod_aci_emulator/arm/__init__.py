"""The parts of Azure Resource Manager that all resources share: paths, versions, bodies, errors."""
