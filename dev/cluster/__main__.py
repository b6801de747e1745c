"""python -m dev.cluster up | down | images: the Kubernetes cluster of this machine."""

import fcntl
import os
import sys

from . import choice
from .settings import CACHE

ACTIONS = {"up": choice.up, "down": choice.down, "images": choice.load_images}


def main(action: str) -> None:
    """Do one action, one at a time on this cache."""
    lock = os.open(CACHE, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    ACTIONS[action]()


if __name__ == "__main__":
    main(sys.argv[1])
