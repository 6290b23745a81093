"""What makes a file no table that can be brought in."""


class Unreadable(ValueError):
    """`why` is `encoding`, `header`, `columns`, `rows`, `cell`, `csv`, `sheet`, `damaged`, `bomb` or `kind`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why
