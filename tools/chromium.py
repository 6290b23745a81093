"""Get Chromium and a Chinese font for the browser tests, by apt where that may be; one line where not."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

# Chromium without its own windows is the same engine, and takes a third of the time of the whole browser.
SHELL = "chromium-headless-shell"
BROWSERS = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
# Not every distribution has it: where there is another browser it is asked for once.
ASKED = Path(".venv/done/browser")


def main() -> None:
    there = [name for name in BROWSERS if shutil.which(name)]
    fonts = ["fonts-noto-cjk"] if sys.platform == "linux" and not FONT.exists() else []
    may = os.geteuid() == 0 and shutil.which("apt-get") is not None
    if may and SHELL not in there and not (there and ASKED.exists()):
        print(f"安裝 / Installing {SHELL} …", flush=True)
        if apt("update") and apt("install", "--yes", "--no-install-recommends", SHELL, optional=True):
            there.append(SHELL)
        ASKED.parent.mkdir(parents=True, exist_ok=True)
        ASKED.touch()
    missing = [*([] if there else ["chromium"]), *fonts]
    if not missing:
        return
    names = " ".join(missing)
    if not may:
        print(
            f"瀏覽器測試需要 / The browser tests need: {names} (Debian, Ubuntu: sudo apt-get install {names})"
        )
        return
    print(f"安裝 / Installing {names} …", flush=True)
    if not (apt("update") and apt("install", "--yes", "--no-install-recommends", *missing)):
        print(f"無法安裝，略過瀏覽器測試 / Could not install {names}; the browser tests are skipped")


def apt(*arguments: str, optional: bool = False) -> bool:
    """Run apt-get without questions; prints what it said only when it fails and that is no choice of ours."""
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "--quiet=2", *arguments]
    done = subprocess.run(
        command, env=quiet, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode and not optional:
        print(done.stdout, done.stderr)
    return done.returncode == 0


if __name__ == "__main__":
    main()
