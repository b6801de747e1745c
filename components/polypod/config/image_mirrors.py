"""Images to use in place of others, such as those of a mirror."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path

from polypod.errors import Problem

IN_CONFIG = "write an image of the program and the image to use, such as nginx:1.29: mirror.example.com/nginx:1.29"
IN_FILE = 'write a JSON object of images, such as {"nginx:1.29": "mirror.example.com/nginx:1.29"}'


def of_this_machine(problems: list[Problem]) -> Mapping[str, str]:
    """The mirrors in the JSON file that the environment's ``POLYPOD_IMAGES`` names; none where it does not exist.

    Args:
        problems: Gets what is wrong.
    """
    file = os.environ.get("POLYPOD_IMAGES", "")
    if not Path(file).is_file():
        return {}
    try:
        images = json.loads(Path(file).read_text())
    except (OSError, ValueError) as error:
        problems.append(Problem("PP709", file, f"the file of POLYPOD_IMAGES cannot be read: {error}", IN_FILE))
        return {}
    return mirrors(images, file, IN_FILE, problems)


def mirrors(images: object, path: str, fix: str, problems: list[Problem]) -> Mapping[str, str]:
    """Data as a mapping of images, as far as it is one.

    Args:
        images: The data.
        path: Where it stands.
        fix: What to write there.
        problems: Gets what is wrong.
    """
    if not isinstance(images, Mapping):
        problems.append(Problem("PP701", path, f"a mapping is expected, not a {type(images).__name__}", fix))
        return {}
    good = {name: image for name, image in images.items() if isinstance(image, str) and re.fullmatch(r"\S+", image)}
    wrong = [name for name in images if name not in good]
    problems += [Problem("PP710", f"{path}.{name}", f"{images[name]!r} is not an image", fix) for name in wrong]
    return good
