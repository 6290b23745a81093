"""How much of a form is read at all: what costs little to send must cost little to refuse.

The library limits forms that come in parts; those that come as one line are read whole, and four million empty fields
kept a thread busy for half a minute.
"""

from io import BytesIO
from typing import IO, Any

import flask
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

ONE_LINE = "application/x-www-form-urlencoded"
FIELDS_MOST = 2000


class Parser(FormDataParser):
    """Reads what was sent; RequestEntityTooLarge for a line beyond what a form in parts may hold."""

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> Any:
        if mimetype == ONE_LINE:
            if (content_length or 0) > (self.max_form_memory_size or 0):
                raise RequestEntityTooLarge()
            line = stream.read()
            if line.count(b"&") >= FIELDS_MOST:
                raise RequestEntityTooLarge()
            stream = BytesIO(line)
        return super().parse(stream, mimetype, content_length, options)


class Request(flask.Request):
    """A request whose form is read within limits."""

    form_data_parser_class = Parser
