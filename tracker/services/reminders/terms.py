"""Who may be reminded, and on what terms: the settings in `[reminders]` beside the organizations of the register."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from tracker.config import Settings
from tracker.domain.references import fold
from tracker.domain.reminders.cadence import zone_of
from tracker.domain.reminders.digest import Addressed
from tracker.domain.reminders.ladder import Recipient
from tracker.domain.reminders.policy import Policies, read_policies
from tracker.errors import BadDataError
from tracker.store.mails.outbox_waiting import Terms
from tracker.store.organizations import all_officers, all_organizations, days_left
from tracker.store.unit import Register


def policies_of(settings: Settings) -> Policies:
    """The policy in `[reminders]`. Raises BadDataError for the first mistake in it."""
    return read_policies(settings.reminders, None if settings.path is None else str(settings.path))


def addressed(register: Register, settings: Settings) -> list[Addressed]:
    """The organizations registered, each with its policy, its officers and, where it has left, the day."""
    policies = policies_of(settings)
    with register.read() as session:
        organizations, officers = all_organizations(session), all_officers(session)
        left = days_left(session)
    by_code: dict[str, list[Any]] = {}
    for officer in officers:
        by_code.setdefault(officer.organization, []).append(officer)
    _check_codes(policies, [organization.code for organization in organizations], settings)
    return [
        Addressed(
            each, policies.of(each.code), zone_of(each.timezone), tuple(by_code.get(each.code, ())), left.get(each.code)
        )
        for each in organizations
    ]


def _check_codes(policies: Policies, codes: Sequence[str], settings: Settings) -> None:
    unknown = policies.organizations.keys() - {fold(code) for code in codes}
    if unknown:
        raise BadDataError(
            f"[reminders.organizations.{min(unknown).upper()}] is for an organization that the register lacks.",
            where=None if settings.path is None else str(settings.path),
            remedy="See: tracker org list.",
        )


def office_of(settings: Settings) -> Recipient:
    """The office as one who gets digests: in the place of whoever is missing."""
    return Recipient("", settings.office.email)


def terms_of(register: Register, settings: Settings, now: datetime) -> Terms:
    """What is to hold for the mails that wait. Raises BadDataError for the first mistake in `[reminders]`."""
    return terms_for(addressed(register, settings) if policies_of(settings).any_paused else (), settings, now)


def terms_for(everybody: Iterable[Addressed], settings: Settings, now: datetime) -> Terms:
    """The same where everybody who is asked has been read already."""
    return Terms(office_of(settings), frozenset(each.organization.code for each in everybody if each.is_paused(now)))
