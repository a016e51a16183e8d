"""Reads the operator's settings: environment first, then ``<home>/faceproof.env``. Nothing else."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

if TYPE_CHECKING:
    from faceproof.imaging.coarse import Coarse
    from faceproof.mail.server import Server


class SettingError(ValueError):
    """A setting has a value that cannot be used; the message names it and says what is expected."""


def home() -> Path:
    """The data folder: ``FACEPROOF_HOME``, else ``./var``."""
    return Path(os.environ.get("FACEPROOF_HOME") or "var").expanduser().resolve()


def make(folder: Path) -> None:
    """The data folder, private to this user, when it is missing. Raises SettingError."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError(
            f"the data folder {folder} cannot be made ({error.strerror}); "
            "set FACEPROOF_HOME to a folder that you may write to"
        ) from None


@dataclass(frozen=True)
class Threads:
    """How the web process shares its threads out.

    A request with a body (a photo) may hold one for long while it arrives over a slow connection. So it gets
    in only while others stay free for pages, and for the supervisor's question whether anybody answers.
    """

    processes: int  # darkrooms
    arriving: int = 64  # photos and forms on their way in: fifty people who press at once are let in
    pages: int = 8  # threads that no body ever takes

    @property
    def bodies(self) -> int:
        """Requests with a body that are let in at the same time; each holds up to one photo in memory."""
        return min(self.processes, 16) + self.arriving

    @property
    def total(self) -> int:
        """Threads of the web process; each keeps one connection to the database."""
        return self.bodies + self.pages


def threads(env: Reader) -> Threads:
    """From the number of darkroom processes, one a CPU unless told otherwise."""
    return Threads(max(1, env.number("FACEPROOF_ENGINE_PROCESSES", os.cpu_count() or 1)))


@dataclass(frozen=True)
class Reader:
    """Typed access to ``FACEPROOF_…`` settings."""

    values: Mapping[str, str]

    def text(self, name: str, default: str) -> str:
        return self.values.get(name) or default

    def number(self, name: str, default: int) -> int:
        raw = self.values.get(name)
        if not raw:
            return default
        try:
            return int(raw)
        except ValueError:
            raise SettingError(f"{name}={raw!r} must be a whole number") from None

    def flag(self, name: str, default: bool) -> bool:
        raw = (self.values.get(name) or "").lower()
        if raw in ("", "1", "true", "yes", "on", "0", "false", "no", "off"):
            return raw in ("1", "true", "yes", "on") if raw else default
        raise SettingError(f"{name}={raw!r} must be on or off")

    def words(self, name: str, default: str) -> list[str]:
        return self.text(name, default).replace(",", " ").split()


def reader(folder: Path) -> Reader:
    """A `Reader` over ``<folder>/faceproof.env`` overlaid by the process environment."""
    values: dict[str, str] = {}
    path = folder / "faceproof.env"
    if path.exists():
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            name, separator, value = line.partition("=")
            if not separator or not name.strip().startswith("FACEPROOF_"):
                raise SettingError(f"{path}:{number}: expected FACEPROOF_NAME=value")
            values[name.strip()] = value.strip()
    values.update({name: value for name, value in os.environ.items() if name.startswith("FACEPROOF_")})
    return Reader(values)


def coarse(env: Reader) -> Coarse | None:
    """The operator's own mask model, as three settings name it; None without. Reads no file."""
    if not env.text("FACEPROOF_MATTE_MODEL", ""):
        return None
    from faceproof.imaging.coarse import CoarseError, named  # OpenCV: not for a program that only starts

    try:
        return named(
            env.text("FACEPROOF_MATTE_MODEL", ""),
            env.text("FACEPROOF_MATTE_SHA256", ""),
            env.text("FACEPROOF_MATTE_KIND", "birefnet-portrait"),
        )
    except CoarseError as error:
        name = {"kind": "FACEPROOF_MATTE_KIND", "hash_wanted": "FACEPROOF_MATTE_SHA256"}[error.code]
        raise SettingError(f"{name}: {error.detail}") from None


def mail(env: Reader) -> Server | None:
    """The mail server that ``FACEPROOF_MAIL_URL`` names; None without: then no mail is sent."""
    url = env.text("FACEPROOF_MAIL_URL", "")
    if not url:
        return None
    from faceproof.mail.server import ServerError, parse

    authority = env.text("FACEPROOF_MAIL_CA", "")
    if authority and not Path(authority).is_file():
        raise SettingError(f"FACEPROOF_MAIL_CA={authority!r} must be a PEM file")
    try:
        return parse(url, env.text("FACEPROOF_MAIL_FROM", ""), authority)
    except ServerError as error:
        raise SettingError(f"FACEPROOF_MAIL_URL: {error}") from None


def address(env: Reader) -> str:
    """``https://host`` (with its port unless 443) as people reach the pages, for links in mails."""
    given = env.text("FACEPROOF_ADDRESS", "").rstrip("/")
    if given:
        if not given.startswith("https://") or "/" in given.removeprefix("https://"):
            raise SettingError(f"FACEPROOF_ADDRESS={given!r} must be https://host or https://host:port")
        return given
    host = env.words("FACEPROOF_HOSTS", "localhost")[0].lstrip("*.") or "localhost"
    port = env.number("FACEPROOF_PORT", 8443)
    return f"https://{host}" if port == 443 else f"https://{host}:{port}"


def backup_days(env: Reader) -> int:
    """Days that copies of the data folder live at most, as people are told when they delete (R-044)."""
    days = env.number("FACEPROOF_BACKUP_DAYS", 28)
    if not 1 <= days <= 30:
        raise SettingError(
            f"FACEPROOF_BACKUP_DAYS={days} must be from 1 to 30: that is what people are promised"
        )
    return days


def database(folder: Path, env: Reader) -> dict[str, Any]:
    """Django's entry for the database, for the role this process plays (``app``, or ``owner`` to migrate).

    ``FACEPROOF_DATABASE_URL`` / ``FACEPROOF_OWNER_DATABASE_URL``
    (``postgresql://user:password@host:port/name``) name an external server; otherwise it is the embedded
    one of ``folder``.
    """
    role = env.text("FACEPROOF_ROLE", "app")
    if role not in ("app", "owner"):
        raise SettingError(f"FACEPROOF_ROLE={role!r} must be app or owner")
    common: dict[str, Any] = {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_HEALTH_CHECKS": True,
        "CONN_MAX_AGE": 300,
        "OPTIONS": {"application_name": f"faceproof-{role}", "connect_timeout": 10},
    }
    url = env.text("FACEPROOF_DATABASE_URL" if role == "app" else "FACEPROOF_OWNER_DATABASE_URL", "")
    if url:
        found = conninfo_to_dict(url)
        named = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
        entry = common | {key: str(found.pop(name, None) or "") for key, name in named.items()}
        return entry | {"OPTIONS": common["OPTIONS"] | found}  # sslmode and the like
    if role == "owner" and env.text("FACEPROOF_DATABASE_URL", ""):
        raise SettingError("FACEPROOF_DATABASE_URL is set: migrating it needs FACEPROOF_OWNER_DATABASE_URL")
    from faceproof.launcher import postgres

    return common | postgres.connection(folder, role)


def connect(found: Mapping[str, Any], **more: Any) -> psycopg.Connection[tuple[Any, ...]]:
    """A plain connection to what Django's entry ``found`` names, without Django."""
    return psycopg.connect(
        host=found["HOST"], port=found["PORT"] or None, user=found["USER"], password=found["PASSWORD"],
        dbname=found["NAME"], **(dict(found.get("OPTIONS") or {}) | more),
    )  # fmt: skip
