"""The review of one organization: what is open, what was decided and kept for later, and writing it in one batch."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

from tracker.domain.filters import Filters, Sort
from tracker.domain.review import Decision, Pass
from tracker.domain.rows import FollowUp
from tracker.domain.updates import Update
from tracker.domain.vocabulary import Implementation, Verification
from tracker.errors import RefusalsError, RefusedError
from tracker.services.updates import UpdateReport, apply_each
from tracker.services.who import Who
from tracker.store.follow_ups import list_follow_ups
from tracker.store.organizations import get_organization
from tracker.store.unit import Register

CLAIMS = Filters(implementation=(Implementation.IMPLEMENTED,), verification=(Verification.NOT_VERIFIED,))
"""The queue of verification: what is claimed implemented and not yet looked at."""


def begin(
    register: Register, organization: str | None, kept: Path, who: Who, *, claims: bool = False
) -> tuple[list[FollowUp], Pass, bool]:
    """What is open (or claimed) in the order of due dates, the pass over it, and whether it was taken up again."""
    filters = CLAIMS if claims else Filters(only_open=True)
    with register.read() as session:
        codes = () if organization is None else (get_organization(session, organization).code,)
        found = list_follow_ups(session, replace(filters, organizations=codes), today=who.today, sort=Sort.DUE)
    if not found:
        what = "claimed implemented and not looked at" if claims else "open"
        raise RefusedError(f"nothing is {what}{f' for {codes[0]}' if codes else ''}.", remedy="See: tracker list.")
    going = Pass([item.name for item in found])
    return found, going, _take_up(going, kept)


def _take_up(going: Pass, kept: Path) -> bool:
    try:
        going.resume(json.loads(kept.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return True


def keep(going: Pass, kept: Path) -> None:
    """Keep the decisions for later, in a file that only its owner may read; nothing goes into the register."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    part = kept.with_suffix(".part")
    part.touch(mode=0o600)
    part.write_text(json.dumps(going.as_json(), ensure_ascii=False, indent=1), encoding="utf-8")
    part.replace(kept)


def _update(decision: Decision, today: date) -> Update:
    return Update(today, decision.to, decision.due, (), decision.note, then=decision.then, due_given=decision.due_given)


def write(register: Register, found: list[FollowUp], going: Pass, kept: Path, who: Who) -> UpdateReport:
    """Write every decision as one batch, all or nothing, and forget what was kept. Raises RefusedError.

    A follow-up that somebody else changed meanwhile is refused: the decision was made on what it was before.
    """
    report = UpdateReport()
    with register.batch(actor=who.actor, asked=who.asked, now=who.now) as batch:
        codes = tuple({item.organization for item in found})
        now = {
            item.name: item for item in list_follow_ups(batch.session, Filters(organizations=codes), today=who.today)
        }
        pairs = []
        for before in found:
            decision = going.decisions.get(before.name)
            if decision is None:
                continue
            if before.name not in now or now[before.name].version != decision.version:
                report.refused.append((before.name, "somebody changed it meanwhile; review it again."))
                continue
            pairs.append((now[before.name], _update(decision, who.today)))
        apply_each(batch, pairs, report)
        if report.refused:
            raise RefusalsError(report.refused)
    kept.unlink(missing_ok=True)
    return report
