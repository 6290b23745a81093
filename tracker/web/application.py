"""Flask without what it does around each request, or in each template, for applications that we are not."""

from collections.abc import Callable, MutableMapping
from functools import lru_cache
from types import FunctionType, MethodType
from typing import Any

from apiflask import APIFlask
from flask.templating import Environment
from jinja2 import pass_eval_context
from jinja2.runtime import Context, Macro

from tracker.web.limits import Request
from tracker.web.routing import LateRule

EVAL = pass_eval_context(lambda: None).jinja_pass_arg  # type: ignore[attr-defined]
FUNCTIONS = frozenset({FunctionType, MethodType, type(lru_cache(str))})


class Part(Context):
    """What a template knows, and the way it calls: a page does so a hundred times, mostly macros and functions."""

    def call(self, called: Any, /, *args: Any, **kwargs: Any) -> Any:
        """What the library's own does, which looks four times at what it calls."""
        kind = type(called)
        wants = EVAL if kind is Macro else getattr(called, "jinja_pass_arg", None)
        if not (kind is Macro or kind in FUNCTIONS) or wants not in (None, EVAL):
            return super().call(called, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        return called(*args, **kwargs) if wants is None else called(self.eval_ctx, *args, **kwargs)


class Templates(Environment):
    """Templates that all know the same functions, by one dict instead of a chain of two that each part copies."""

    context_class = Part

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """What a template knows besides what it is handed."""
        return super().make_globals(d) if d else self.globals


class Application(APIFlask):
    """An application without coroutines, so that no function need be asked whether it is one."""

    request_class = Request
    jinja_environment = Templates
    url_rule_class = LateRule

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function as it is."""
        return func
