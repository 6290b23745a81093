"""The policies that ship with the product, read from the files beside this one.

A shipped file is never edited: cases keep the version they began with.  A better preset gets a name of its own.
"""

import json
from pathlib import Path

from tracker.policies import shapes
from tracker.policies.rules import PRESET_NAMES, Policy

FOLDER = Path(__file__).parent / "shipped"


def _read(name: str) -> Policy:
    return shapes.read(json.loads((FOLDER / f"{name}.json").read_text("utf-8"))).named(name)


PRESETS = {name: _read(name) for name in PRESET_NAMES}
