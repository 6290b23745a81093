"""The program `tracker`: its commands, each in a file of its own and read only when called; how it fails."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn, cast

import click

from tracker.config import BadSetting
from tracker.errors import DomainError

# Command: (module, what it does in one line).  The line stands here too, so that `--help` reads no module.
COMMANDS = {
    "serve": ("serving", "Serve the pages and the API; by default with the scheduler."),
    "scheduler": ("serving", "Run the scheduler alone, beside web nodes."),
    "db": ("database", "Bring the database up or down, or check it."),
    "demo": ("demonstration", "Fill in a demo organisation, or remove it."),
    "user": ("people", "Add a person, or make a one-time sign-in link."),
    "token": ("people", "Create an API token."),
    "import": ("files", "Import issues, foreign cases or finished records from a file."),
    "export": ("files", "Write issues, records, chases, the audit trail or AVID reports."),
    "chase": ("chasing", "Look once for what is due, and chase it."),
    "resume": ("chasing", "Let letters out again after a restore."),
    "jobs": ("chasing", "List the scheduled jobs, or run one now."),
    "audit": ("keeping", "Check the audit trail."),
    "backup": ("keeping", "Back up database and attachments into a folder."),
    "restore": ("keeping", "Restore a backup."),
    "doctor": ("doctor", "Check the installation, one line a check."),
}


class Program(click.Group):
    """A group that imports a command only when it is called: `tracker --help` must not wait for the web stack."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = import_module(f"tracker.cli.{COMMANDS[name][0]}")
        return cast(click.Command, getattr(module, f"{name}_"))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="tracker")
def program() -> None:
    """Tracker: from a user's report about an AI system to a closed, signed record.

    \b
    Example:
      tracker serve --port 8000
      tracker user add kim@example.tw --name "Kim" --role supervisor --password ...
    """


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one command.  Exit 0 done, 1 refused or failed, 2 wrong usage or setting; one line on standard error."""
    # What this program writes is for its own user: database, attachments, backups, keys.
    os.umask(0o077)
    try:
        code = program.main(args=arguments, prog_name="tracker", standalone_mode=False)
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "tracker"
        _fail(f"{error.format_message()} (see {command} --help)", 2)
    except BadSetting as error:
        _fail(str(error), 2)
    except click.Abort:
        _fail("stopped", 130)
    except click.ClickException as error:
        _fail(error.format_message(), error.exit_code)
    except DomainError as error:
        _fail(error.text or f"refused: {', '.join(getattr(error, 'keys', ())) or type(error).__name__}", 1)
    except OSError as error:
        _fail(f"{error.filename or ''}: {error.strerror or error}".lstrip(": "), 1)
    sys.exit(code if isinstance(code, int) else 0)


def _fail(text: str, code: int) -> NoReturn:
    print(f"tracker: {' '.join(text.split())}", file=sys.stderr)
    sys.exit(code)
