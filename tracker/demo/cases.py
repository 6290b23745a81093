"""What the people of the demo organisation reported, read from `cases.jsonl`: one line a case.

`stage` says how far it has come: a state of the issue (`new` … `withdrawn`, `merged`), or a state of its record, or
`concluded:CODE` for a record that ended otherwise than by a correction.  `ago` counts working days back from today.
"""

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Told:
    """One case: who told what of which system, when, how bad, and how far it came.

    severity: impact and reach; evidence: input, actual and expected output.
    """

    stage: str
    ago: float
    reporter: str
    system: str
    function: str
    impact: str
    text: str
    solution: str = ""
    severity: tuple[int, int] = (1, 1)
    anomaly: str = "AN13"
    cause: str = "CC6"
    evidence: tuple[str, str, str] | None = None


def _read(path: Path) -> tuple[Told, ...]:
    return tuple(Told(**json.loads(line)) for line in path.read_text("utf-8").splitlines())


CASES = _read(Path(__file__).with_suffix(".jsonl"))
