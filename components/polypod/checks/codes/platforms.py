"""The codes of what is wrong with a platform, where several targets find it."""

from __future__ import annotations

from collections.abc import Sequence

from polypod.checks.codes.code import Code

CODES: Sequence[Code] = (
    Code("PP801", "a package that is missing", "The target needs an extra of polypod, which the message names."),
    Code(
        "PP802",
        "a built image without a registry",
        "The platform pulls images from a registry, and the stack's config names none to push this one to.",
    ),
    Code(
        "PP803",
        "a resource that could not be created, changed or removed",
        "What the provider said, and the likely cause where it is a known one.",
    ),
    Code("PP810", "two Docker daemons", "The stack's config names both an address and a context."),
    Code("PP811", "a Docker context that is not there", "`docker context ls` lists those that there are."),
    Code("PP812", "a Docker context that cannot be read", "Its file is damaged, or not yours to read."),
    Code(
        "PP813",
        "missing certificates",
        "TLS needs the daemon's CA certificate and your certificate with its key.",
    ),
    Code("PP814", "no Docker daemon answers", "The message says which one was asked, and how one like it is started."),
    Code("PP820", "Azure does not answer", "You are not logged in, or what is asked for is not there."),
)
