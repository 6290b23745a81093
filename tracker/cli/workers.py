"""Several processes that belong together, and the one that starts them and watches: it starts anew what dies."""

import logging
import multiprocessing
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from types import FrameType
from typing import Any, NoReturn

log = logging.getLogger(__name__)
# How long a process may take to end its requests, or the job that runs, before it is ended.
PATIENCE_S = 20.0
# A process that ends sooner than this after its start would end again at once.
SHORT_LIFE_S = 5.0
# A copy of the one that watches has all loaded and shares that memory, but would share threads and connections too:
# there are none.  Elsewhere than on Linux the system's own libraries may have threads.
if sys.platform == "linux":
    HOW = multiprocessing.get_context("fork")
else:
    HOW = multiprocessing.get_context("spawn")


@dataclass(frozen=True)
class Role:
    """What one process is for: the name by which the log knows it, and the function that it runs."""

    name: str
    target: Callable[..., None]
    args: tuple[Any, ...] = ()


Running = dict[BaseProcess, tuple[Role, float]]


def run(roles: Sequence[Role]) -> None:
    """Start a process for each, start anew the one that dies, and end all when this process is told to end."""
    signal.signal(signal.SIGTERM, told_to_end)
    running: Running = {}
    try:
        for role in roles:
            _start(role, running)
        while True:
            wait([process.sentinel for process in running])
            _replace(running)
    except (KeyboardInterrupt, SystemExit):
        log.info("ending")
    finally:
        _end(list(running))


def _start(role: Role, running: Running) -> None:
    process = HOW.Process(target=role.target, args=role.args, name=role.name)
    process.start()
    running[process] = (role, time.monotonic())


def _replace(running: Running) -> None:
    for process in [one for one in running if one.exitcode is not None]:
        role, since = running.pop(process)
        if time.monotonic() - since < SHORT_LIFE_S:
            raise RuntimeError(f"{role.name} ended with {process.exitcode} as soon as it had started")
        log.warning("%s ended with %s and is started anew", role.name, process.exitcode)
        _start(role, running)


def _end(processes: list[BaseProcess]) -> None:
    """Let each bring to its end what it does; what takes too long is ended."""
    for process in processes:
        process.terminate()
    until = time.monotonic() + PATIENCE_S
    for process in processes:
        process.join(max(0.0, until - time.monotonic()))
        if process.exitcode is None:
            process.kill()
            process.join()


def told_to_end(_signal: int, _frame: FrameType | None) -> NoReturn:
    """For SIGTERM: whoever waits hears of it where they wait."""
    raise SystemExit(0)
