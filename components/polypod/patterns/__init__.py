"""Well-known multi-container patterns as functions that return model objects."""

from polypod.patterns.init_containers import wait_for
from polypod.patterns.sidecars import log_tailer
from polypod.patterns.stores import postgres, redis

__all__ = ["log_tailer", "postgres", "redis", "wait_for"]
