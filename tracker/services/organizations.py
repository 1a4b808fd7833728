"""Organizations and officers: register, change, load a list."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from importlib.resources import files
from pathlib import Path
from unicodedata import category
from zoneinfo import available_timezones

from tracker.domain.addresses import check_email
from tracker.domain.controls import without_controls
from tracker.domain.references import LONGEST_CODE, fold, plain, suggest
from tracker.domain.rows import Officer, Organization
from tracker.domain.vocabulary import Post
from tracker.domain.who import Who
from tracker.errors import BadDataError, UsageError
from tracker.mail.languages import languages
from tracker.records import record
from tracker.services.listing import At
from tracker.store import organizations as store
from tracker.store.unit import Register

PRESETS = ("jiu",)
OFFICIAL = ("ar", "en", "es", "fr", "ru", "zh")
"""The languages of the United Nations, beside those that there is a catalogue for."""
COLUMNS = ("code", "name", "group", "timezone", "language")


@record
class Leaving:
    """From which day an organization is no longer one of them; None takes such a day back."""

    on: date | None


@record
class Member:
    """An organization, and the day from which it is no longer one of them."""

    organization: Organization
    left_on: date | None

    def as_json(self) -> dict[str, str | None]:
        return {**self.organization.as_json(), "left_on": self.left_on.isoformat() if self.left_on else None}


@dataclass(slots=True)
class OrganizationImport:
    """What loading a list did."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)


def add_organization(register: Register, organization: Organization, who: Who) -> Organization:
    """Register one organization. Raises BadDataError for a code that is taken or cannot be typed."""
    checked = _checked(organization)
    with register.batch(who) as batch:
        store.add_organization(batch, checked)
    return checked


def edit_organization(
    register: Register,
    code: str,
    who: Who,
    *,
    name: str | None = None,
    group: str | None = None,
    timezone: str | None = None,
    language: str | None = None,
    left: Leaving | None = None,
) -> Member:
    """Change what is known of an organization; what is None stays."""
    with register.batch(who) as batch:
        known = store.get_organization(batch.session, code)
        given = {"name": name, "group": group, "timezone": timezone, "language": language}
        changed = _checked(replace(known, **{key: value for key, value in given.items() if value is not None}), known)
        if changed != known:
            store.save_organization(batch, changed)
        if left is not None:
            store.save_day_left(batch, changed.code, left.on)
        return Member(changed, store.days_left(batch.session).get(changed.code))


def import_organizations(
    register: Register, listed: Sequence[Organization], who: Who, *, dry_run: bool = False
) -> OrganizationImport:
    """Register a list; what is registered already is brought up to date. All or nothing."""
    report = OrganizationImport()
    with register.batch(who, dry_run=dry_run) as batch:
        known = {fold(item.code): item for item in store.all_organizations(batch.session)}
        for organization in listed:
            before = known.get(fold(organization.code))
            if before is None:
                store.add_organization(batch, organization)
                report.created.append(organization.code)
            elif replace(organization, code=before.code) != before:
                store.save_organization(batch, organization)
                report.updated.append(before.code)
            else:
                report.unchanged.append(before.code)
    return report


def preset(name: str) -> list[Organization]:
    """One of the lists that come with the program."""
    if name not in PRESETS:
        raise BadDataError(
            f"there is no preset {name}.", remedy=suggest(name, PRESETS, f"There is: {', '.join(PRESETS)}.")
        )
    return _parse(files("tracker.presets").joinpath(f"{name}.csv").read_text(encoding="utf-8"), f"{name}.csv")


def read_organizations(path: Path) -> list[Organization]:
    """Read a CSV file with the columns code and name, and where wanted group, timezone and language."""
    if not path.is_file():
        what = "is not a regular file." if path.exists() else "there is no such file."
        raise BadDataError(what, where=str(path), remedy="Check the name.")
    try:
        return _parse(path.read_text(encoding="utf-8-sig"), path.name)
    except UnicodeDecodeError:
        raise BadDataError("this is not UTF-8 text.", where=str(path), remedy="Save it as CSV UTF-8.") from None
    except csv.Error as error:
        raise BadDataError(
            f"this cannot be parsed: {error}.", where=str(path), remedy="Check for a quotation mark too many."
        ) from None


def _parse(text: str, name: str) -> list[Organization]:
    reader = csv.DictReader(io.StringIO(text))
    unknown = [column for column in reader.fieldnames or [] if column not in COLUMNS]
    if unknown or not {"code", "name"} <= set(reader.fieldnames or []):
        raise BadDataError(
            f"the columns are {', '.join(reader.fieldnames or ['none'])}.",
            where=name,
            remedy=f"Use code and name, and where wanted {', '.join(COLUMNS[2:])}.",
        )
    found: dict[str, Organization] = {}
    for row in reader:
        organization = _from_row(row, f"{name}, row {reader.line_num}")
        if fold(organization.code) in found:
            raise BadDataError(
                f"{organization.code} appears twice.", where=f"{name}, row {reader.line_num}", remedy="Remove one."
            )
        found[fold(organization.code)] = organization
    return list(found.values())


def _from_row(row: dict[str, str | None], where: str) -> Organization:
    given = {key: without_controls(value or "").strip() for key, value in row.items() if key in COLUMNS}
    try:
        return _checked(
            Organization(
                code=given["code"],
                name=given["name"],
                group=given.get("group") or None,
                timezone=given.get("timezone") or "UTC",
                language=given.get("language") or "en",
            )
        )
    except BadDataError as error:
        raise BadDataError(error.what, where=where, remedy=error.remedy) from None


def _checked(organization: Organization, known: Organization | None = None) -> Organization:
    """The organization as it is kept; what was known of it before is not questioned."""
    code = organization.code if known is not None else _checked_code(organization.code)
    name = " ".join(organization.name.split())
    if not name:
        raise BadDataError(f"{code} has no name.", remedy="Give --name.")
    if len(name) > _LONGEST_NAME:
        raise BadDataError(f"{code} has a name of {len(name):,} letters.", remedy=f"At most {_LONGEST_NAME} will do.")
    if organization.timezone not in available_timezones():
        raise BadDataError(
            f"“{organization.timezone}” is not a time zone.",
            remedy=suggest(organization.timezone, available_timezones(), "Write one as in Europe/Zurich."),
        )
    language = organization.language.strip().lower()
    spoken = sorted({*OFFICIAL, *languages()})
    if language not in spoken and not (known and language == known.language):
        raise BadDataError(f"“{organization.language}” is not a language.", remedy=f"Use one of {', '.join(spoken)}.")
    return Organization(code, name, organization.group, organization.timezone, language)


_LONGEST_NAME = 200


def _checked_code(given: str) -> str:
    """A code that can be typed: letters and digits of any script, in their plain form, and hyphens."""
    code = plain(given.strip())
    can_be_typed = not code.startswith("-") and all(letter == "-" or category(letter)[0] in "LMN" for letter in code)
    if not (0 < len(code) <= LONGEST_CODE and can_be_typed):
        raise BadDataError(
            f"“{given}” cannot be a code.", remedy="A code has 1 to 40 letters, digits or hyphens, no blanks."
        )
    return code


def add_officer(
    register: Register, code: str, who: Who, *, post: Post, name: str, email: str, from_on: date
) -> Officer:
    """Put a person into a post from a day on; the one who held it ends the day before."""
    person, address = _person(name), _address(email)
    with register.batch(who) as batch:
        return store.add_officer(batch, code, post=post, name=person, email=address, from_on=from_on)


def edit_officer(
    register: Register, officer_id: int, who: Who, *, name: str | None = None, email: str | None = None
) -> Officer:
    """Mend a name or an address that was mistyped. Raises UsageError where neither is given."""
    changes = ({} if name is None else {"name": _person(name)}) | ({} if email is None else {"email": _address(email)})
    if not changes:
        raise UsageError("there is nothing to change.", remedy="Give --name or --email.")
    with register.batch(who) as batch:
        return store.edit_officer(batch, officer_id, **changes)


def _person(name: str) -> str:
    person = " ".join(name.split())
    if not person:
        raise BadDataError("the name is empty.", remedy="Give --name.")
    return person


def _address(email: str) -> str:
    check_email(email)
    return email.strip()


def end_officer(register: Register, officer_id: int, who: Who, *, until_on: date) -> Officer:
    """Let a person leave a post after a day."""
    with register.batch(who) as batch:
        return store.end_officer(batch, officer_id, until_on=until_on)


def all_members(register: Register, at: At) -> list[Member]:
    """Every organization, by code; of a day, those that had not left by then."""
    with register.read() as session:
        found = store.all_organizations(session, at.known_at)
        left = store.days_left(session, at.known_at)
    members = [Member(item, left.get(item.code)) for item in found]
    return [item for item in members if at.as_of is None or item.left_on is None or item.left_on > at.as_of]


def all_officers(register: Register, code: str | None = None) -> list[Officer]:
    """Every holder of a post, past ones too; of one organization where a code is given."""
    with register.read() as session:
        return store.all_officers(session, code)


def member_with_officers(register: Register, code: str) -> tuple[Member, list[Officer]]:
    """One organization and every holder of its posts, past ones too."""
    with register.read() as session:
        organization = store.get_organization(session, code)
        left = store.days_left(session).get(organization.code)
        return Member(organization, left), store.all_officers(session, code)
