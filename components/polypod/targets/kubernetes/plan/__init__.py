"""Plans for a cluster. Pure: no platform is accessed."""
