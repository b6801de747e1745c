"""The public images that the patterns stand on, each named once."""

BUSYBOX = "busybox:1.37"
POSTGRES = "postgres:17"
REDIS = "redis:8"
