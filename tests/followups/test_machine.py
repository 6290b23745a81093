"""Whatever happens in whatever order, the engine chases just what the model of `model.py` says, on both databases."""

import os
import sys

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase
from hypothesis.stateful import run_state_machine_as_test

from tests.followups.machine import Engine

SHORT = hypothesis.settings(
    max_examples=25, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)  # fmt: skip
RUNS = int(os.environ.get("RUNS", "2000"))


@pytest.fixture
def machine(app, engine, grounds):
    return type("EngineOn" + engine, (Engine,), {"ground": grounds(engine)})


def test_the_engine_does_what_the_model_says(machine):
    run_state_machine_as_test(machine, settings=SHORT)


@pytest.mark.drill
def test_the_engine_does_what_the_model_says_for_long(machine, engine):
    long = hypothesis.settings(SHORT, max_examples=RUNS, stateful_step_count=60)
    run_state_machine_as_test(machine, settings=long)
    sys.stdout.write(
        f"\nstate machine on {engine}: {RUNS} runs of up to 60 steps chased what the model says\n"
    )
