"""The public images that the patterns stand on, each named once, and the users that their programs run as."""

BUSYBOX = "busybox:1.37"
TOOLS = "busybox:1.37-musl"
"""Statically linked, unlike the plain tag: it runs in every image. See docker-library/busybox issue 155."""
POSTGRES = "postgres:17"
REDIS = "redis:8"

NOBODY = 65534
"""The user of helpers that own no files; see the passwd file of BusyBox's and every other image."""
STORE_USER = 999
"""The user and group of postgres and redis in the official Debian-based images."""
