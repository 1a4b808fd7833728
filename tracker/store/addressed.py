"""From a reference and the codes of organizations, as they are typed, to the follow-ups that they mean."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Connection

from tracker.domain.references import as_typed, parse_reference
from tracker.domain.rows import FollowUp, Recommendation
from tracker.errors import UnknownNameError
from tracker.store.documents import find_recommendation
from tracker.store.follow_ups import follow_ups_of
from tracker.store.organizations import organization_ids


def follow_up_of(
    session: Connection,
    reference: str,
    organization: str,
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> FollowUp:
    """One follow-up by reference and code, as it stands or stood then. Raises UnknownNameError."""
    recommendation = find_recommendation(session, parse_reference(reference))
    codes = list(organization_ids(session, [organization]))
    return addressed_to(session, recommendation, codes, as_of=as_of, known_at=known_at)[0]


def addressed_to(
    session: Connection,
    recommendation: Recommendation,
    codes: Sequence[str],
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> list[FollowUp]:
    """The follow-ups of a recommendation by organization code, as they stand or stood then.

    Raises UnknownNameError for one not addressed.
    """
    found = follow_ups_of(session, recommendation.id, codes, as_of=as_of, known_at=known_at)
    by_code = {item.organization: item for item in found}
    missing = [code for code in codes if code not in by_code]
    if missing:
        raise not_addressed(recommendation.ref, ", ".join(missing), as_of)
    return [by_code[code] for code in codes]


def not_addressed(ref: str, to: str, on: date | None = None) -> UnknownNameError:
    """What is said, to be raised, where a recommendation is not addressed to somebody, today or on a day."""
    return UnknownNameError(
        f"{ref} is not addressed to {to}{f' on {on}' if on else ''}.", remedy=f"See: tracker show {as_typed(ref)}."
    )
