"""`tracker demo`."""

import click

from tracker import clock
from tracker.cli.ground import config, with_app
from tracker.cli.progress import bar
from tracker.dashboards import actions as overview
from tracker.db import db
from tracker.demo import ACCOUNTS, PASSWORD, is_there
from tracker.demo import fill as make
from tracker.demo import remove as take_away
from tracker.issues import jobs as issues


@click.command("demo")
@click.option("--remove", is_flag=True, help="Remove every demo row and nothing else.")
@with_app()
def demo_(remove: bool) -> None:
    """Fill in a demo organisation with cases at every stage, dated around today; or remove it.

    \b
    Example:
      tracker demo
      tracker demo --remove
    """
    if remove:
        gone = take_away()
        overview.rebuild(clock.now(), config().zone)
        db.session.commit()
        print(f"removed {gone} demo issues and all that belongs to them")
        return
    if is_there():
        print("the demo data is there already")
    else:
        with bar("making demo data", None):
            print(f"made {make(clock.now())} demo issues")
            # What a server learns within half an hour: how well proposals would have met what was decided.
            issues.learn(clock.now())
    print(f"示範帳號 / Demo accounts, password {PASSWORD}:")
    for email, what in ACCOUNTS:
        print(f"  {email:24} {what}")
