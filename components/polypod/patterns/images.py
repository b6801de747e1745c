"""The public images that the patterns stand on, each named once."""

BUSYBOX = "busybox:1.37"
TOOLS = "busybox:1.37-musl"
"""Statically linked, unlike the plain tag: it runs in every image. See docker-library/busybox issue 155."""
POSTGRES = "postgres:17"
REDIS = "redis:8"
