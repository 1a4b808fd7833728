"""Settings: `tracker.toml`, then the environment, then the command line; read and checked once.

The file is the one named by `--config` or TRACKER_CONFIG; else the nearest `tracker.toml` from the
current folder upwards; else the one in the user's configuration folder; else there is none.
"""

from __future__ import annotations

import os
import subprocess
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from platformdirs import user_config_path, user_data_path

from tracker.domain.addresses import check_email
from tracker.domain.references import suggest
from tracker.errors import BadDataError, WorldError

FILE_NAME = "tracker.toml"
SECURITY = ("starttls", "tls", "none")
_COMMAND_SECONDS = 30
_SQLITE = "sqlite:///"


@dataclass(frozen=True, slots=True)
class OfficeSettings:
    """The oversight office: how it signs, and where its own mail goes."""

    name: str = "Oversight Office"
    email: str = "oversight@example.org"
    reply_to: str | None = None
    language: str = "en"
    timezone: str = "UTC"


@dataclass(frozen=True, slots=True)
class MailSettings:
    """The mail server; without a host, mails are written into `folder`. `timeout` is in seconds."""

    host: str | None = None
    port: int | None = None
    security: str = "starttls"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    password_file: str | None = None
    password_command: str | None = None
    sender: str | None = None
    folder: str | None = None
    ca_file: str | None = None
    timeout: int = 30

    def secret(self) -> str | None:
        """The password, from wherever it is kept. Raises WorldError where that place gives none."""
        if self.password_file is not None:
            return _read_secret(Path(self.password_file).expanduser())
        if self.password_command is not None:
            return _ask_secret(self.password_command)
        return self.password


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that an office sets. `reminders` and `report` are checked by those who know their rules."""

    path: Path | None
    database: str
    office: OfficeSettings = OfficeSettings()
    mail: MailSettings = MailSettings()
    reminders: Mapping[str, Any] = field(default_factory=dict)
    report: Mapping[str, Any] = field(default_factory=dict)

    @property
    def outgoing(self) -> Path:
        """The folder for mails where no server is configured: beside the register by default."""
        if self.mail.folder is not None:
            return _beside(self.path, self.mail.folder)
        if "://" not in self.database:
            return Path(self.database).parent / "outgoing"
        if self.database.startswith(_SQLITE):
            return Path(self.database.removeprefix(_SQLITE).partition("?")[0]).parent / "outgoing"
        return user_data_path("tracker") / "outgoing"


def load_settings(config: Path | None = None, database: str | None = None) -> Settings:
    """Read the settings; the arguments are what the command line said. Raises BadDataError per mistake."""
    path = _config_file(config)
    content = {} if path is None else _parse(path)
    _check_names(path, "", content, {"office", "database", "mail", "reminders", "report"})
    said = database or os.environ.get("TRACKER_DATABASE_URL")
    return Settings(
        path=path,
        database=said or _database(path, content),
        office=_office(path, content),
        mail=_mail(path, content),
        reminders=_table(path, content, "reminders"),
        report=_table(path, content, "report"),
    )


def _config_file(given: Path | None) -> Path | None:
    named = given or (Path(os.environ["TRACKER_CONFIG"]) if os.environ.get("TRACKER_CONFIG") else None)
    if named is not None:
        if not named.is_file():
            raise BadDataError("there is no such configuration file.", where=str(named), remedy="Check --config.")
        return named
    here = Path.cwd()
    places = [folder / FILE_NAME for folder in (here, *here.parents)] + [user_config_path("tracker") / FILE_NAME]
    return next((place for place in places if place.is_file()), None)


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise BadDataError(f"this is not TOML: {error}.", where=str(path), remedy="Mend that line.") from None
    except UnicodeDecodeError:
        raise BadDataError("this is not UTF-8.", where=str(path), remedy="Save it as UTF-8.") from None
    except OSError as error:
        raise WorldError(f"it cannot be read: {error.strerror}.", where=str(path)) from None


def _database(path: Path | None, content: Mapping[str, Any]) -> str:
    url = _section_table(path, content, "database", {"url"}).get("url")
    if url is None:
        return str(user_data_path("tracker") / "register.db")
    if not isinstance(url, str):
        raise BadDataError("[database] url must be text.", where=str(path), remedy='Write url = "register.db".')
    if url.startswith(_SQLITE):
        return _SQLITE + str(_beside(path, url.removeprefix(_SQLITE)))
    return url if "://" in url else str(_beside(path, url))


def _office(path: Path | None, content: Mapping[str, Any]) -> OfficeSettings:
    """The office, with addresses that a mail can carry and a time zone in which the scheduler can tick."""
    office = OfficeSettings(**_section(path, content, "office", OfficeSettings))
    for name, value in (("email", office.email), ("reply_to", office.reply_to)):
        if value is not None:
            _check_address(path, name, value)
    try:
        ZoneInfo(office.timezone)
    except (ValueError, OSError, LookupError):  # a strange key, a folder of the time zone data, none of that name
        raise BadDataError(
            f"[office] timezone is “{office.timezone}”, which is no time zone.",
            where=str(path),
            remedy="Write one as in Europe/Zurich.",
        ) from None
    return office


def _check_address(path: Path | None, name: str, value: str) -> None:
    try:
        check_email(parseaddr(value)[1])
    except BadDataError:
        raise BadDataError(
            f"[office] {name} is “{value}”, which is no mail address.",
            where=str(path),
            remedy="Write one, as in office@example.org.",
        ) from None


def _mail(path: Path | None, content: Mapping[str, Any]) -> MailSettings:
    table = dict(_table(path, content, "mail"))
    if "from" in table:  # a word of the file that Python keeps for itself
        table["sender"] = table.pop("from")
    mail = MailSettings(**_section(path, {"mail": table}, "mail", MailSettings))
    if mail.security not in SECURITY:
        raise BadDataError(
            f"[mail] security is “{mail.security}”.", where=str(path), remedy=f"Use one of {', '.join(SECURITY)}."
        )
    return mail


def _section(path: Path | None, content: Mapping[str, Any], name: str, kind: type[Any]) -> dict[str, Any]:
    table = _section_table(path, content, name, {known.name for known in fields(kind)})
    for known in fields(kind):
        wanted = int if "int" in str(known.type) else str
        value = table.get(known.name)
        if value is not None and (not isinstance(value, wanted) or isinstance(value, bool)):
            raise BadDataError(
                f"[{name}] {known.name} must be {'a whole number' if wanted is int else 'text'}, not {value!r}.",
                where=str(path),
                remedy="Mend that line.",
            )
    return dict(table)


def _section_table(path: Path | None, content: Mapping[str, Any], name: str, known: set[str]) -> Mapping[str, Any]:
    table = _table(path, content, name)
    _check_names(path, name, table, known)
    return table


def _table(path: Path | None, content: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = content.get(name, {})
    if not isinstance(table, Mapping):
        raise BadDataError(
            f"{name} must be a section.", where=str(path), remedy=f"Write [{name}] on a line of its own."
        )
    return table


def _check_names(path: Path | None, section: str, table: Mapping[str, Any], known: set[str]) -> None:
    for name in table.keys() - known:
        place = f"[{section}] " if section else ""
        shown = known - {"sender"} | ({"from"} if section == "mail" else set())
        raise BadDataError(
            f"{place}{name} is not a setting.",
            where=str(path),
            remedy=suggest(name, shown, f"Known are {', '.join(sorted(shown))}."),
        )


def _beside(path: Path | None, name: str) -> Path:
    """A path as the file means it: relative to the folder in which the file stands."""
    target = Path(name).expanduser()
    return target if target.is_absolute() or path is None else (path.parent / target).resolve()


def _read_secret(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise WorldError("the mail password cannot be read.", where=str(path), remedy="Check password_file.") from None


def _ask_secret(command: str) -> str:
    try:
        done = subprocess.run(  # noqa: S602 - the office's own command, from its own configuration file
            command, shell=True, check=True, capture_output=True, text=True, timeout=_COMMAND_SECONDS
        )
    except (subprocess.SubprocessError, OSError):
        raise WorldError("[mail] password_command failed.", remedy="Run it by hand to see why.") from None
    return done.stdout.strip()
