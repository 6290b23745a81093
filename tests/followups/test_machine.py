"""Whatever happens in whatever order, the engine chases just what the model of `model.py` says, on both databases."""

import os
import sys

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase
from hypothesis.stateful import run_state_machine_as_test

from tests.followups.machine import Engine

# A run costs as much as a dozen of its steps: few and long ones.
SHORT = hypothesis.settings(
    max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)  # fmt: skip
RUNS = int(os.environ.get("RUNS", "2000"))


@pytest.fixture
def machine(app, engine, grounds):
    return type("EngineOn" + engine, (Engine,), {"ground": grounds(engine)})


def test_the_engine_does_what_the_model_says(machine):
    run_state_machine_as_test(machine, settings=SHORT)


ONCE_DIFFERENT = {
    "a grave case is never closed by the system": (
        ("create", "S2", 0), ("answer", 1), ("clock_jumps", 10080), ("clock_jumps", 10080),
    ),
    "what was closed without an answer and is opened again waits for none": (
        ("answer", 0), ("clock_jumps", 10080), ("clock_jumps", 4321), ("reopen", 0), ("clock_jumps", 10080),
    ),
    "other hours alone chase nobody again": (
        ("create", "S2", 0), ("say", 0), ("clock_jumps", 4321), ("clock_jumps", 240), ("plan_edit", (10, 17)),
        ("plan_edit", (8, 16)), ("clock_jumps", 1440),
    ),
    "a record on hold stops the clock of its issue": (
        ("escalate", 0), ("hold", 0), ("clock_jumps", 10080), ("resume", 0), ("clock_jumps", 10080),
    ),
    "a case that becomes graver at the instant of a word to its user": (
        ("create", "S4", 0), ("say", 1), ("clock_jumps", 0), ("escalate", 1), ("clock_jumps", 10080),
    ),
}  # fmt: skip


@pytest.mark.parametrize("steps", ONCE_DIFFERENT.values(), ids=ONCE_DIFFERENT)
def test_orders_in_which_the_engine_and_the_model_differed_once(machine, steps):
    run = machine()
    run.create("S3", 0)
    for name, *given in steps:
        getattr(run, name)(*given)
    run.teardown()


@pytest.mark.drill
def test_the_engine_does_what_the_model_says_for_long(machine, engine):
    long = hypothesis.settings(SHORT, max_examples=RUNS, stateful_step_count=60)
    run_state_machine_as_test(machine, settings=long)
    sys.stdout.write(
        f"\nstate machine on {engine}: {RUNS} runs of up to 60 steps chased what the model says\n"
    )
