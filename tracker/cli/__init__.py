"""The command line: `tracker serve`, `tracker import`, `tracker backup` and the rest; a door like pages and API."""

from tracker.cli.program import main

__all__ = ["main"]
