"""What all of Azure Resource Manager has in common: paths, versions, bodies, errors."""
