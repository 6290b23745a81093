"""`make check`: every checker on the whole tree, each to its end; a line for each, what is wrong below it."""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

# djlint's rules that do not fit: H015 wants line breaks after headings; H030 and H031 words for search engines;
# H043 a type on buttons that submit, as they should; J018 url_for where an address is the contract;
# T041 the parent's name before any setting.
TEMPLATES = [
    "djlint",
    "templates",
    "--lint",
    "--quiet",
    "--profile=jinja",
    "--ignore=H015,H030,H031,H043,J018,T041",
]

CHECKS = {
    "lint": ["ruff", "check", "--quiet"],
    "format": ["ruff", "format", "--check", "--quiet"],
    "types": ["mypy", "--no-error-summary"],
    "floors": ["lint-imports", "--no-cache"],
    "templates": TEMPLATES,
    "template syntax": ["python", "tools/check_templates.py"],
    "translations": ["python", "tools/check_translations.py"],
    "life cycles": ["python", "tools/life_cycles.py", "--check"],
}


def main() -> None:
    wanted = sys.argv[1:] or list(CHECKS)
    failed = [name for name in wanted if not clean(name, CHECKS[name])]
    print(f"\n{len(failed)} of {len(wanted)} failed: {', '.join(failed)}" if failed else "\nall clean")
    sys.exit(bool(failed))


def clean(name: str, command: list[str]) -> bool:
    """Run one checker and print its line; what it says only when it finds something."""
    start = time.monotonic()
    environment = os.environ | {"PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]],
        cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    word = "FAILED" if done.returncode else "ok"
    print(f"{word:>6}  {name} ({time.monotonic() - start:.1f} s)", flush=True)
    if done.returncode:
        print(done.stdout + done.stderr, flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    main()
