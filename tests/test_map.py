"""The map of the house, derive/README.md: its walk gives what it says, and its rooms exist."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
MAP = ROOT / "derive" / "README.md"


def test_the_walk_gives_what_it_says():
    failed, tried = doctest.testfile(str(MAP), module_relative=False, encoding="utf-8")
    assert tried and not failed


def test_every_room_is_on_the_map_and_every_place_on_the_map_exists():
    text = MAP.read_text("utf-8")
    named = {name.removeprefix("derive/") for name in re.findall(r"`([\w/.]+(?:/|\.py))`", text)}
    for name in named:
        assert any((root / name).exists() for root in (ROOT, ROOT / "derive")), name
    for room in (ROOT / "derive").iterdir():
        if room.is_dir() and room.name != "__pycache__":
            assert f"`{room.name}/`" in text, f"{room.name} is not on the map"
