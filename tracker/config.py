"""Settings, read from the environment once; units stand in their names (contract: `TRACKER_…`)."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from dotenv import dotenv_values

ROOT = Path(__file__).resolve().parent.parent
LOCALES = ("zh_Hant_TW", "en")


class BadSetting(ValueError):
    """A setting that cannot be used; the text names it and says what would be right."""


@dataclass(frozen=True)
class Config:
    """All that an installation can set from outside.

    data_dir holds the SQLite file, attachments, backups and the secret key; database_url is a SQLAlchemy URL.
    """

    data_dir: Path = ROOT / "var"
    database_url: str = ""
    secret_key: str = ""
    base_url: str = ""
    timezone: str = "Asia/Taipei"
    locale: str = "zh_Hant_TW"
    smtp_url: str = ""
    mail_from: str = "tracker@localhost"
    heartbeat_url: str = ""
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    log_format: str = "console"
    session_hours: int = 12
    upload_max_mib: int = 10
    upload_max_files: int = 20
    body_max_mib: int = 25
    backup_keep: int = 14
    argon2_time_cost: int = 3
    argon2_memory_kib: int = 65536
    testing: bool = False
    extra: Mapping[str, object] = field(default_factory=dict)

    @property
    def embedded(self) -> bool:
        """Whether the database is SQLite, served by this one process."""
        return self.database_url.startswith("sqlite")

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def attachments_dir(self) -> Path:
        return self.data_dir / "attachments"

    @property
    def backups_dir(self) -> Path:
        return self.data_dir / "backups"


def from_environment(
    environ: Mapping[str, str] | None = None, *, dotenv: Path | None = ROOT / ".env"
) -> Config:
    """Read `TRACKER_…` from the environment, then from `.env`; raises BadSetting naming the setting."""
    given = dict(dotenv_values(dotenv)) if dotenv is not None and dotenv.exists() else {}
    given.update(os.environ if environ is None else environ)

    def setting(name: str, default: str = "") -> str:
        return (given.get("TRACKER_" + name) or default).strip()

    data_dir = Path(setting("DATA_DIR", str(ROOT / "var"))).expanduser().resolve()
    url = setting("DATABASE_URL", f"sqlite:///{data_dir / 'tracker.sqlite3'}")
    config = Config(
        data_dir=data_dir,
        database_url=_database_url(url),
        secret_key=setting("SECRET_KEY"),
        base_url=setting("BASE_URL").rstrip("/"),
        timezone=setting("TIMEZONE", "Asia/Taipei"),
        locale=setting("LOCALE", "zh_Hant_TW"),
        smtp_url=setting("SMTP_URL"),
        mail_from=setting("MAIL_FROM", "tracker@localhost"),
        heartbeat_url=setting("HEARTBEAT_URL"),
        trusted_proxies=_networks(setting("TRUSTED_PROXIES")),
        log_format=setting("LOG_FORMAT", "console"),
    )
    return _checked(config)


def _database_url(url: str) -> str:
    """Always name the driver: plain `postgresql://` means different drivers in different SQLAlchemys."""
    for plain in ("postgres://", "postgresql://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url[len(plain) :]
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise BadSetting("TRACKER_DATABASE_URL: use sqlite:///PATH or postgresql+psycopg://USER@HOST/NAME")
    return url


def _networks(given: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Addresses and networks, parted by commas or spaces.  All addresses at once would let anybody be anybody."""
    try:
        found = tuple(ip_network(one) for one in given.replace(",", " ").split())
    except ValueError as error:
        raise BadSetting(f"TRACKER_TRUSTED_PROXIES: {error}; use 10.0.0.7 or 10.0.0.0/28") from error
    if any(one.prefixlen == 0 for one in found):
        raise BadSetting("TRACKER_TRUSTED_PROXIES: this trusts everybody; name your proxies' own addresses")
    return found


def _checked(config: Config) -> Config:
    try:
        ZoneInfo(config.timezone)
    except (KeyError, ValueError, OSError) as error:
        raise BadSetting(f"TRACKER_TIMEZONE: {config.timezone!r} is no time zone; try Asia/Taipei") from error
    if config.locale not in LOCALES:
        raise BadSetting(f"TRACKER_LOCALE: {config.locale!r} is not one of {', '.join(LOCALES)}")
    if config.smtp_url and not _is_mail_server(config.smtp_url):
        raise BadSetting("TRACKER_SMTP_URL: use smtp://USER:PASSWORD@HOST:PORT or smtps://…")
    if parseaddr(config.mail_from)[1].count("@") != 1 or not config.mail_from.isprintable():
        raise BadSetting("TRACKER_MAIL_FROM: use NAME <ADDRESS@HOST> or ADDRESS@HOST")
    if config.base_url and not config.base_url.startswith(("http://", "https://")):
        raise BadSetting("TRACKER_BASE_URL: use http://HOST or https://HOST")
    if config.heartbeat_url and not config.heartbeat_url.startswith(("http://", "https://")):
        raise BadSetting("TRACKER_HEARTBEAT_URL: use http://HOST/… or https://HOST/…")
    if config.log_format not in ("console", "json"):
        raise BadSetting("TRACKER_LOG_FORMAT: use console or json")
    if not config.embedded and not config.secret_key:
        raise BadSetting(
            "TRACKER_SECRET_KEY: a scaled-out installation must be given one; make 32 random bytes"
        )
    return config


def _is_mail_server(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return (
            parts.scheme in ("smtp", "smtps")
            and bool(parts.hostname)
            and (parts.port is None or parts.port > 0)
        )
    except ValueError:
        return False


def secret_key(config: Config) -> str:
    """The given key, or the embedded installation's own: made at its first start, readable by its owner alone."""
    if config.secret_key:
        return config.secret_key
    path = config.data_dir / "secret_key"
    config.data_dir.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32))
        file.flush()
        os.fsync(file.fileno())
    return path.read_text("ascii").strip()
