"""The rules of addresses; how one is made from its values is worked out when it is first made, not at the start."""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule


class LateRule(Rule):
    """A rule that is matched from the first moment, while the code that builds its address waits until it is needed.

    Compiling it twice for each of some 450 rules took most of the time in which an app is made, also of one that is
    made for a single command.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled: list[Callable[..., tuple[str, str]]] = []

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            if not compiled:
                compiled.append(super(LateRule, self)._compile_builder(append_unknown))
            return compiled[0](rule, **values)

        return build
