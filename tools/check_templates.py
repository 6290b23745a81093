"""Compile every template with the filters and globals of the app, and look for those that are named but missing."""

import sys
import tempfile
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError, meta

from tracker import create_app
from tracker.config import Config


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        config = Config(data_dir=Path(folder), database_url=f"sqlite:///{folder}/none", secret_key="unused")
        environment = create_app(config).jinja_env
    wrong = [line for name in environment.list_templates() for line in faults(environment, name)]
    print("\n".join(wrong))
    sys.exit(bool(wrong))


def faults(environment: Environment, name: str) -> list[str]:
    """What is wrong with one template, a line each."""
    assert environment.loader is not None
    source, path, _ = environment.loader.get_source(environment, name)
    try:
        tree = environment.parse(source, name, path)
        environment.compile(source, name, path)
    except TemplateSyntaxError as error:
        return [f"templates/{name}:{error.lineno}: {error.message}"]
    known = set(environment.list_templates())
    named = {other for other in meta.find_referenced_templates(tree) if other is not None}
    return [f"templates/{name}: there is no template {other!r}" for other in sorted(named - known)]


if __name__ == "__main__":
    main()
