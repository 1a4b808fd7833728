"""Settings: `tracker.toml`, then the environment, then the command line; read and checked once.

The file is the one named by `--config` or TRACKER_CONFIG; else the nearest `tracker.toml` from the
current folder upwards; else the one in the user's configuration folder; else there is none.
"""

from __future__ import annotations

import os
import subprocess
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from platformdirs import user_config_path, user_data_path

from tracker.domain.addresses import check_email
from tracker.domain.references import suggest
from tracker.errors import BadDataError, WorldError
from tracker.limits import SETTINGS, Limits

FILE_NAME = "tracker.toml"
SECURITY = ("starttls", "tls", "none")
LOOPBACK = ("localhost", "127.0.0.1", "::1")
"""This machine itself, to which a line need not be encrypted."""
_COMMAND_SECONDS = 30
_LAST_PORT = 65_535
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
        return _secret("mail", self.password_file, self.password_command, self.password)


@dataclass(frozen=True, slots=True)
class MailboxSettings:
    """Where answers come in: an IMAP server's folder; without a host, a folder of .eml files. `timeout` in seconds."""

    host: str | None = None
    port: int | None = None
    security: str = "tls"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    password_file: str | None = None
    password_command: str | None = None
    folder: str | None = None
    ca_file: str | None = None
    timeout: int = 30

    def secret(self) -> str | None:
        """The password, from wherever it is kept. Raises WorldError where that place gives none."""
        return _secret("mailbox", self.password_file, self.password_command, self.password)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that an office sets. `reminders` and `report` are checked by those who know their rules."""

    path: Path | None
    database: str
    office: OfficeSettings = OfficeSettings()
    mail: MailSettings = MailSettings()
    mailbox: MailboxSettings = MailboxSettings()
    limits: Limits = Limits()
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
    _check_names(path, "", content, {"office", "database", "mail", "mailbox", "import", "reminders", "report"})
    said = database or os.environ.get("TRACKER_DATABASE_URL")
    return Settings(
        path=path,
        database=said or _database(path, content),
        office=_office(path, content),
        mail=_mail(path, content),
        mailbox=_mailbox(path, content),
        limits=_limits(path, content),
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
    mail = MailSettings(**_beside_file(path, _section(path, {"mail": table}, "mail", MailSettings)))
    _check_server(path, "mail", mail)
    return mail


def _mailbox(path: Path | None, content: Mapping[str, Any]) -> MailboxSettings:
    box = MailboxSettings(**_beside_file(path, _section(path, content, "mailbox", MailboxSettings)))
    _check_server(path, "mailbox", box)
    if box.host is None and box.folder is not None:
        return replace(box, folder=str(_beside(path, box.folder)))
    if box.host is None:
        return box
    if box.username is None:
        raise BadDataError("[mailbox] has a host and no username.", where=str(path), remedy="Give username.")
    if box.security == "none" and box.host not in LOOPBACK:
        raise BadDataError(
            "[mailbox] a login over an open line would give the password away.",
            where=str(path),
            remedy='Set security = "tls" or "starttls".',
        )
    return box


def _beside_file(path: Path | None, table: dict[str, Any]) -> dict[str, Any]:
    """Files that a section names stand beside the configuration, like every path in it."""
    names = {name: str(_beside(path, table[name])) for name in ("password_file", "ca_file") if name in table}
    return table | names


def _check_server(path: Path | None, section: str, server: MailSettings | MailboxSettings) -> None:
    if server.security not in SECURITY:
        raise BadDataError(
            f"[{section}] security is “{server.security}”.",
            where=str(path),
            remedy=f"Use one of {', '.join(SECURITY)}.",
        )
    if server.port is not None and not 1 <= server.port <= _LAST_PORT:
        raise BadDataError(
            f"[{section}] port is {server.port}.", where=str(path), remedy=f"Use a number from 1 to {_LAST_PORT}."
        )
    if server.timeout < 1:
        raise BadDataError(
            f"[{section}] timeout is {server.timeout}.", where=str(path), remedy="Give seconds, 1 or more."
        )


def _limits(path: Path | None, content: Mapping[str, Any]) -> Limits:
    """How much is read at most, in the units of the file."""
    table = _section_table(path, content, "import", set(SETTINGS))
    for name, value in table.items():
        _check_type(path, "import", name, value, int)
        if value < 1:
            raise BadDataError(
                f"[import] {name} is {value}, so that nothing could be read.", where=str(path), remedy="Give 1 or more."
            )
    return Limits(**{SETTINGS[name][0]: value * SETTINGS[name][1] for name, value in table.items()})


def _section(path: Path | None, content: Mapping[str, Any], name: str, kind: type[Any]) -> dict[str, Any]:
    table = _section_table(path, content, name, {known.name for known in fields(kind)})
    for known in fields(kind):
        wanted = int if "int" in str(known.type) else str
        if known.name in table:
            _check_type(path, name, known.name, table[known.name], wanted)
    return dict(table)


def _check_type(path: Path | None, section: str, name: str, value: Any, wanted: type[int | str]) -> None:
    if not isinstance(value, wanted) or isinstance(value, bool):
        raise BadDataError(
            f"[{section}] {name} must be {'a whole number' if wanted is int else 'text'}, not {value!r}.",
            where=str(path),
            remedy="Mend that line.",
        )


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


def _secret(section: str, file: str | None, command: str | None, plain: str | None) -> str | None:
    if file is not None:
        return read_secret(Path(file), f"Check [{section}] password_file.")
    return plain if command is None else _ask_secret(section, command)


def read_secret(path: Path, remedy: str) -> str:
    """A password from a file of its own. Raises WorldError where that cannot be read."""
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise WorldError("the mail password cannot be read.", where=str(path), remedy=remedy) from None


def _ask_secret(section: str, command: str) -> str:
    try:
        done = subprocess.run(  # noqa: S602 - the office's own command, from its own configuration file
            command, shell=True, check=True, capture_output=True, text=True, timeout=_COMMAND_SECONDS
        )
    except (subprocess.SubprocessError, OSError):
        raise WorldError(f"[{section}] password_command failed.", remedy="Run it by hand to see why.") from None
    return done.stdout.strip()
