"""Plans for Docker. Pure: no platform is accessed."""
