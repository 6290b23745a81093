"""Flask without what it does around each request, or in each template, for applications that we are not."""

from collections.abc import Callable, MutableMapping
from typing import Any

from apiflask import APIFlask
from flask.templating import Environment

from tracker.web.routing import LateRule


class Templates(Environment):
    """Templates that all know the same functions, by one dict instead of a chain of two that each part copies."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """What a template knows besides what it is handed."""
        return super().make_globals(d) if d else self.globals


class Application(APIFlask):
    """An application without coroutines, so that no function need be asked whether it is one."""

    jinja_environment = Templates
    url_rule_class = LateRule

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function as it is."""
        return func
