"""What a picture says of bytes: how many, and at which sizes."""

from __future__ import annotations

from collections.abc import Mapping

from derive.formulas.words.words import Words

_UNITS = ("B", "kB", "MB", "GB", "TB", "PB")


def show_count(count: int) -> str:
    """Write a number of bytes with three digits: 820 B, 98.3 kB."""
    value, unit = float(count), 0
    while value >= 999.5 and unit + 1 < len(_UNITS):
        value, unit = value / 1000, unit + 1
    text = f"{value:.0f}" if not unit or value >= 99.95 else f"{value:.3g}"
    return f"{text} {_UNITS[unit]}"


def show_sizes(sizes: Mapping[str, int], words: Words) -> str:
    """Write sizes in a few words: n = 128, the others 64."""
    by_size: dict[int, list[str]] = {}
    for name, size in sizes.items():
        by_size.setdefault(size, []).append(name)
    parts = []
    for size, names in by_size.items():
        few = len(names) < 3 and sum(map(len, names)) < 24
        many = words("fig_others", size=size)
        parts.append(" = ".join([*names, str(size)]) if few else many)
    return words("fig_comma").join(parts)
