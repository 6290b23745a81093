"""How the program writes its log: lines for people, or one JSON object a line."""

import json
import logging
import sys
from collections.abc import Iterator
from traceback import format_exception_only, format_tb
from typing import Any

# Their messages go on with the whole row that was refused, and with the statement.
DATABASES = frozenset({"psycopg", "sqlite3", "sqlalchemy"})


class Discreet(logging.Formatter):
    """Lines for people; an error of the database is told without the rows that it quotes."""

    def formatException(self, ei: Any) -> str:
        """The traceback, first causes first."""
        return "\n".join(reversed([_told(error) for error in _chain(ei[1])]))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _told(error: BaseException) -> str:
    lines = format_exception_only(error)
    if type(error).__module__.partition(".")[0] in DATABASES:
        lines = "".join(lines).splitlines()[:1]
    return "".join(["Traceback (most recent call last):\n", *format_tb(error.__traceback__), *lines]).rstrip()


class JSONLines(Discreet):
    """One JSON object a record, for collectors."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "text": record.getMessage(),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def set_up(form: str) -> None:
    """Log to standard error in this form, `console` or `json`; libraries only from warnings on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        JSONLines() if form == "json" else Discreet("%(asctime)s %(levelname)s %(name)s: %(message)s")
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("tracker").setLevel(logging.INFO)
    # A request that waits for a free thread is no news.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
