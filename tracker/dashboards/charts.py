"""Geometry of the small charts: points and bars for inline SVG, no styles."""

from collections.abc import Sequence

WIDTH, HEIGHT, LEFT, BOTTOM = 600, 160, 36, 24


def top(values: Sequence[int]) -> int:
    """A round number at or above the largest value: 1, 2 or 5 times a power of ten."""
    largest, scale = max([1, *values]), 1
    while True:
        for step in (1, 2, 5):
            if step * scale >= largest:
                return step * scale
        scale *= 10


def points(values: Sequence[int], highest: int) -> str:
    """The points of a line over evenly spaced places, for a polyline."""
    gap = (WIDTH - LEFT) / max(1, len(values) - 1)
    return " ".join(f"{LEFT + gap * n:.1f},{y(value, highest):.1f}" for n, value in enumerate(values))


def y(value: float, highest: int) -> float:
    """How far down a value lies."""
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - 8) * value / highest


def x(place: int, places: int) -> float:
    """How far right a place lies."""
    return LEFT + (WIDTH - LEFT) / max(1, places - 1) * place
