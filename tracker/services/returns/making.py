"""Make the return of an organization: the questionnaire that it fills in."""

from __future__ import annotations

from datetime import date

from tracker.domain.filters import Filters
from tracker.domain.returns import Questionnaire, line_of
from tracker.errors import RefusedError
from tracker.store.follow_ups import list_follow_ups
from tracker.store.mails import returns as store
from tracker.store.organizations import get_organization
from tracker.store.unit import Register


def make(register: Register, organization: str, *, office: str, reply_to: str, today: date) -> bytes:
    """The return of an organization as an XLSX file: one row for everything that is open for it.

    The same register on the same day gives the same bytes. Raises RefusedError where nothing is open.
    """
    from tracker.reports.returns import write_return

    with register.read() as session:
        known = get_organization(session, organization)
        found = list_follow_ups(session, Filters(organizations=(known.code,), only_open=True), today=today)
        mark = store.register_mark(session)
    if not found:
        raise RefusedError(f"nothing is open for {known.code}.", remedy=f"See: tracker list --org {known.code}.")
    lines = tuple(line_of(item, today) for item in found)
    return write_return(Questionnaire(known, office, reply_to, mark, today, lines))
