"""Amounts as Kubernetes writes them."""

from __future__ import annotations

from polypod.model.quantity import Memory

_MIB = 1024 * 1024


def amount(size: Memory) -> str:
    """An amount of memory or storage.

    Args:
        size: The amount.
    """
    return f"{size.amount // _MIB}Mi" if size.amount % _MIB == 0 else str(size.amount)
