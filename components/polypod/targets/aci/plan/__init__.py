"""Plans for Azure. Pure: no platform is accessed."""
