"""Get Chromium and a Chinese font for the browser tests, by apt where that may be; one line where not."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")


def main() -> None:
    missing = []
    if not any(shutil.which(name) for name in BROWSERS):
        missing.append("chromium")
    if sys.platform == "linux" and not FONT.exists():
        missing.append("fonts-noto-cjk")
    if not missing:
        return
    names = " ".join(missing)
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        print(
            f"瀏覽器測試需要 / The browser tests need: {names} (Debian, Ubuntu: sudo apt-get install {names})"
        )
        return
    print(f"安裝 / Installing {names} …", flush=True)
    if not (apt("update") and apt("install", "--yes", "--no-install-recommends", *missing)):
        print(f"無法安裝，略過瀏覽器測試 / Could not install {names}; the browser tests are skipped")


def apt(*arguments: str) -> bool:
    """Run apt-get without questions; prints what it said only when it fails."""
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "--quiet=2", *arguments]
    done = subprocess.run(
        command, env=quiet, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        print(done.stdout, done.stderr)
    return done.returncode == 0


if __name__ == "__main__":
    main()
