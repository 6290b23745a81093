"""The nightly backups of this installation: where they lie, when the last was made, which are old."""

import json
import shutil
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from flask import current_app

from tracker.config import Config
from tracker.exports.backup import MANIFEST, backup
from tracker.exports.dump import Moved

NIGHT = time(2, 30)


def _config() -> Config:
    found: Config = current_app.config["TRACKER"]
    return found


def backups() -> list[Path]:
    """The whole backups in the data directory, newest first."""
    folder = _config().backups_dir
    found = [path.parent for path in folder.glob(f"*/{MANIFEST}")] if folder.is_dir() else []
    return sorted(found, key=lambda path: path.name, reverse=True)


def last_backup() -> datetime | None:
    """When the newest of them was made, for the line 「最近備份」."""
    for path in backups():
        try:
            made: dict[str, Any] = json.loads((path / MANIFEST).read_text("utf-8"))
            return datetime.fromisoformat(made["made_at"])
        except (OSError, ValueError, KeyError):
            continue
    return None


def is_due(now: datetime) -> bool:
    """Whether none was made since the last 02:30 of the organisation; a computer that was off then catches up."""
    local = now.astimezone(_config().zone)
    night = datetime.combine(local.date(), NIGHT, _config().zone)
    if night > local:
        night -= timedelta(days=1)
    last = last_backup()
    return last is None or last < night


def make(now: datetime) -> Path:
    """Make one more backup in the data directory and remove those beyond the number to keep; returns its folder."""
    config = _config()
    config.backups_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder = config.backups_dir / f"{now.astimezone(config.zone):%Y-%m-%d-%H%M%S}"
    backup(folder, attachments=config.attachments_dir, at=now, progress=_silent)
    for old in backups()[config.backup_keep :]:
        shutil.rmtree(old, ignore_errors=True)
    return folder


def _silent(_steps: int) -> Moved:
    return lambda size: None
