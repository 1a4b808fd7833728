"""Settings: `tracker.toml`, then the environment, then the command line; read and checked once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, fields, replace
from pathlib import Path
from typing import Any

from tracker.config_file import SQLITE, ConfigFile, beside, read_config_file
from tracker.errors import BadDataError, WorldError
from tracker.limits import SETTINGS, Limits
from tracker.records import record

SECURITY = ("starttls", "tls", "none")
NOBODY = "oversight@example.org"
"""The office's address where none is set: its domain is kept for examples, so that nobody gets what is sent."""
LOOPBACK = ("localhost", "127.0.0.1", "::1")
"""This machine itself, to which a line need not be encrypted."""
_COMMAND_SECONDS = 30
_LAST_PORT = 65_535
_LONGEST_TIMEOUT = 3_600


@record
class OfficeSettings:
    """The oversight office: how it signs, and where its own mail goes."""

    name: str = "Oversight Office"
    email: str = NOBODY
    reply_to: str | None = None
    language: str = "en"
    timezone: str = "UTC"

    @property
    def answers_to(self) -> str:
        """The address at which answers are asked for."""
        return self.reply_to or self.email


@record
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


@record
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


@record
class Settings:
    """Everything that an office sets. `reminders` is checked by those who know its rules."""

    path: Path | None
    database: str
    office: OfficeSettings = OfficeSettings()
    mail: MailSettings = MailSettings()
    mailbox: MailboxSettings = MailboxSettings()
    limits: Limits = Limits()
    reminders: Mapping[str, Any] = field(default_factory=dict)
    report: Mapping[str, str] = field(default_factory=dict)

    @property
    def unset_address(self) -> str | None:
        """What to say where answers are asked for at an address that nobody has set; None where one is."""
        if self.office.answers_to != NOBODY:
            return None
        return (
            f"[office] email is not set, so that answers are asked for at {NOBODY}, which nobody reads. "
            f'Write into {self.path or "a file tracker.toml"}: [office], and on the next line email = "…".'
        )

    @property
    def outgoing(self) -> Path:
        """The folder for mails where no server is configured: beside the register by default."""
        if self.mail.folder is not None:
            return beside(self.path, self.mail.folder)
        if "://" not in self.database:
            return Path(self.database).parent / "outgoing"
        if self.database.startswith(SQLITE):
            return Path(self.database.removeprefix(SQLITE).partition("?")[0]).parent / "outgoing"
        from platformdirs import user_data_path

        return user_data_path("tracker") / "outgoing"


def load_settings(config: Path | None = None, database: str | None = None) -> Settings:
    """Read the settings; the arguments are what the command line said. Raises BadDataError per mistake."""
    file = read_config_file(config)
    return Settings(
        path=file.path,
        database=file.register(database),
        office=_office(file),
        mail=_mail(file),
        mailbox=_mailbox(file),
        limits=_limits(file),
        reminders=file.table("reminders"),
        report=_report(file),
    )


def _office(file: ConfigFile) -> OfficeSettings:
    """The office, with addresses that a mail can carry and a time zone in which the scheduler can tick."""
    given = _section(file, "office", OfficeSettings)
    if not given.get("name", "an office").strip():
        raise file.mistake("[office] name is empty.", "Write the name that emails and reports are signed with.")
    for name in ("email", "reply_to"):
        if name in given:
            _check_address(file, "office", name, given[name])
    if "language" in given:
        _check_language(file, given["language"])
    if "timezone" in given:
        _check_timezone(file, given["timezone"])
    return OfficeSettings(**given)


def _check_address(file: ConfigFile, section: str, name: str, value: str) -> None:
    from email.utils import parseaddr

    from tracker.domain.addresses import in_headers

    try:
        in_headers(parseaddr(value)[1])
    except BadDataError:
        raise file.mistake(
            f"[{section}] {name} is “{value}”, which is not an email address.", "Write one, as in office@example.org."
        ) from None


def _check_language(file: ConfigFile, code: str) -> None:
    if code == "en":  # the usual one is not worth an import
        return
    from babel.localedata import exists

    if len(code) != 2 or not exists(code):
        raise file.mistake(
            f"[office] language is “{code}”, which is not a known language.",
            "Write two letters: ar, en, es, fr, ru or zh.",
        )


def _check_timezone(file: ConfigFile, name: str) -> None:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):  # a strange key, a folder of the time zone data, none of that name
        raise file.mistake(
            f"[office] timezone is “{name}”, which is not a time zone.", "Write one as in Europe/Zurich."
        ) from None


def _mail(file: ConfigFile) -> MailSettings:
    given = _section(file, "mail", MailSettings, {"from": "sender"})  # a word that Python keeps for itself
    mail = MailSettings(**_beside_file(file, given))
    if mail.sender is not None:
        _check_address(file, "mail", "from", mail.sender)
    _check_server(file, "mail", mail)
    return mail


def _mailbox(file: ConfigFile) -> MailboxSettings:
    box = MailboxSettings(**_beside_file(file, _section(file, "mailbox", MailboxSettings)))
    _check_server(file, "mailbox", box)
    if box.host is None:
        return box if box.folder is None else replace(box, folder=str(file.beside(box.folder)))
    if box.username is None:
        raise file.mistake("[mailbox] has a host and no username.", "Give username.")
    if box.security == "none" and box.host not in LOOPBACK:
        raise file.mistake(
            "[mailbox] a login without encryption would expose the password.", 'Set security = "tls" or "starttls".'
        )
    return box


def _beside_file(file: ConfigFile, given: dict[str, Any]) -> dict[str, Any]:
    """Files that a section names stand beside the configuration, like every path in it."""
    names = {name: str(file.beside(given[name])) for name in ("password_file", "ca_file") if name in given}
    return given | names


def _check_server(file: ConfigFile, section: str, server: MailSettings | MailboxSettings) -> None:
    if server.host is not None and not can_be_looked_up(server.host):
        raise file.mistake(
            f"[{section}] host is “{server.host}”, which is not a server name.",
            "Write it as in mail.example.org, or leave host out.",
        )
    if server.security not in SECURITY:
        raise file.mistake(f"[{section}] security is “{server.security}”.", f"Use one of {', '.join(SECURITY)}.")
    if server.port is not None and not 1 <= server.port <= _LAST_PORT:
        raise file.mistake(f"[{section}] port is {server.port}.", f"Use a number from 1 to {_LAST_PORT}.")
    if not 1 <= server.timeout <= _LONGEST_TIMEOUT:
        raise file.mistake(f"[{section}] timeout is {server.timeout}.", f"Give seconds, from 1 to {_LONGEST_TIMEOUT}.")


def can_be_looked_up(host: str) -> bool:
    """Whether a network would take the name at all; what it would not is met at every mail, in the midst of sending."""
    try:
        return bool(host.strip()) and "\0" not in host and bool(host.encode("idna"))
    except UnicodeError:
        return False


def _limits(file: ConfigFile) -> Limits:
    """How much is read at most, in the units of the file."""
    table = file.section("import", SETTINGS.keys())
    for name, value in table.items():
        _check_type(file, "import", name, value, int)
        if value < 1:
            raise file.mistake(f"[import] {name} is {value}, so nothing could be read.", "Give 1 or more.")
    return Limits(**{SETTINGS[name][0]: value * SETTINGS[name][1] for name, value in table.items()})


def _report(file: ConfigFile) -> Mapping[str, str]:
    table = file.section("report", {"templates"})
    for name, value in table.items():
        _check_type(file, "report", name, value, str)
    return table


def _section(file: ConfigFile, name: str, kind: type[Any], written: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The fields of `kind` that a section gives; `written`: how the file calls a field → the field."""
    wanted = {known.name: int if "int" in str(known.type) else str for known in fields(kind)}
    for word, known in (written or {}).items():
        wanted[word] = wanted.pop(known)
    table = file.section(name, wanted.keys())
    for word, value in table.items():
        _check_type(file, name, word, value, wanted[word])
    return {(written or {}).get(word, word): value for word, value in table.items()}


def _check_type(file: ConfigFile, section: str, name: str, value: Any, wanted: type[int | str]) -> None:
    if not isinstance(value, wanted) or isinstance(value, bool):
        kind = "a whole number" if wanted is int else "text"
        raise file.mistake(f"[{section}] {name} must be {kind}, not {value!r}.", "Correct that line.")


def _secret(section: str, file: str | None, command: str | None, plain: str | None) -> str | None:
    if file is not None:
        return read_secret(Path(file), f"Check [{section}] password_file.")
    return plain if command is None else _ask_secret(section, command)


def read_secret(path: Path, remedy: str) -> str:
    """A password from a file of its own. Raises WorldError where that cannot be read."""
    try:
        return path.read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeDecodeError):
        raise WorldError("the mail password cannot be read.", where=str(path), remedy=remedy) from None


def _ask_secret(section: str, command: str) -> str:
    import subprocess

    try:
        done = subprocess.run(  # noqa: S602 - the office's own command, from its own configuration file
            command, shell=True, check=True, capture_output=True, encoding="utf-8", timeout=_COMMAND_SECONDS
        )
    except UnicodeDecodeError:
        raise WorldError(
            f"what [{section}] password_command writes is not UTF-8.", remedy="Have it write the password as UTF-8."
        ) from None
    except (subprocess.SubprocessError, OSError):
        raise WorldError(f"[{section}] password_command failed.", remedy="Run it by hand to see why.") from None
    return done.stdout.strip()
