"""The backups of this installation: one folder each, named by its instant, the oldest ones dropped."""

import json
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tracker.config import Config
from tracker.exports.backup import MANIFEST, backup

NAME = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Kept:
    """One backup on this machine's disk."""

    folder: Path
    at: datetime


def keep_backup(config: Config, *, at: datetime) -> Kept:
    """Make a backup in the data directory, keep the newest `backup_keep`."""
    config.backups_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder = config.backups_dir / at.strftime(NAME)
    backup(folder, attachments=config.attachments_dir, at=at, progress=lambda _steps: lambda _done: None)
    for old in backups(config.backups_dir)[config.backup_keep :]:
        shutil.rmtree(old.folder)
    return Kept(folder, at)


def backups(folder: Path) -> list[Kept]:
    """The whole backups below this folder, newest first."""
    found = []
    for manifest in folder.glob(f"*/{MANIFEST}"):
        try:
            at = datetime.fromisoformat(json.loads(manifest.read_text("utf-8"))["made_at"])
        except (OSError, ValueError, KeyError):
            continue
        found.append(Kept(manifest.parent, at))
    return sorted(found, key=lambda one: one.at, reverse=True)
