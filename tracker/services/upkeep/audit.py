"""Checking the register against itself: the chain of hashes, and what is kept against what the journal adds up to.

Not compared is what the journal does not say: documents, names, how often a row has changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum
from typing import Any

from tracker.domain.filters import Filters
from tracker.domain.journal import GENESIS, BatchFacts, batch_hash
from tracker.domain.rows import FollowUp, instant
from tracker.store.audit import contradictions, wrongly_open
from tracker.store.follow_ups import list_follow_ups
from tracker.store.journal import chain
from tracker.store.unit import Register

_KEPT = (
    "acceptance",
    "implementation",
    "verification",
    "due_on",
    "original_due_on",
    "addressed_on",
    "heard_on",
    "effective_on",
    "recorded_at",
    "actor",
    "note",
)


@dataclass(slots=True)
class AuditReport:
    """What was checked, and every contradiction as a sentence."""

    batches: int = 0
    entries: int = 0
    follow_ups: int = 0
    last_hash: str = GENESIS
    findings: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "batches": self.batches,
            "entries": self.entries,
            "follow_ups": self.follow_ups,
            "last_hash": self.last_hash,
            "findings": self.findings,
        }


def verify(register: Register, today: date) -> AuditReport:
    """Recompute every hash and every position. A changed, removed or inserted entry breaks its batch's hash.

    Whoever could rewrite the whole chain would leave no trace in it: keep `last_hash` elsewhere, as the
    quarterly report does, and compare.
    """
    report = AuditReport()
    with register.read() as session:
        for facts, previous, own, lines in chain(session):
            _check_link(report, facts.number, previous)
            if batch_hash(previous, facts, lines) != own:
                without_user = batch_hash(previous, replace(facts, database_user=None), lines)
                report.findings.append(_broken(facts, only_user=without_user == own))
            report.batches, report.last_hash = facts.number, own
            report.entries += len(lines)
        kept = list_follow_ups(session, Filters(), today=today)
        computed = list_follow_ups(session, Filters(), today=today, as_of=date.max)
        wrong = wrongly_open(session)
        report.findings += contradictions(session)
    report.follow_ups = len(kept)
    report.findings += [f"{name}: kept as open or settled against its own positions." for name in wrong]
    report.findings += _differences(kept, computed)
    return report


def _broken(facts: BatchFacts, *, only_user: bool) -> str:
    batch = f"batch {facts.number} ({facts.asked})"
    if only_user:
        return f"{batch}: its hash does not cover the database user {facts.database_user}, which may be anybody's."
    return f"{batch}: its entries do not give its hash."


def _check_link(report: AuditReport, number: int, previous: str) -> None:
    if number != report.batches + 1:
        report.findings.append(f"batch {report.batches + 1} is missing.")
    elif previous != report.last_hash:
        report.findings.append(f"batch {number} does not follow from the one before it.")


def _differences(kept: list[FollowUp], computed: list[FollowUp]) -> Iterator[str]:
    by_id = {item.id: item for item in computed}
    for item in kept:
        other = by_id.pop(item.id, None)
        if other is None:
            yield f"{item.name} is kept, but the journal never addressed it."
            continue
        for name in _KEPT:
            kept_as, said = getattr(item, name), getattr(other, name)
            if kept_as != said:
                yield f"{item.name}: {name} is kept as {_word(kept_as)}, the journal says {_word(said)}."
    for item in by_id.values():
        yield f"{item.name} is in the journal, but not kept."


def _word(value: Any) -> str:
    if value is None:
        return "nothing"
    return str(value.value if isinstance(value, Enum) else value)


def export(register: Register) -> Iterator[dict[str, Any]]:
    """Every batch with its hashes and entries, in order, for an auditor's own program."""
    with register.read() as session:
        for facts, previous, own, lines in chain(session):
            yield {
                "number": facts.number,
                "actor": facts.actor,
                "database_user": facts.database_user,
                "recorded_at": instant(facts.recorded_at),
                "asked": facts.asked,
                "previous": previous,
                "hash": own,
                "entries": [
                    {
                        "follow_up": name,
                        "topic": draft.topic.value,
                        "from": draft.source,
                        "to": draft.target,
                        "effective_on": draft.effective_on.isoformat(),
                        "voice": draft.voice.value,
                        "note": draft.note,
                        "voids": voided,
                        "given": draft.given,
                    }
                    for name, draft, voided in lines
                ],
            }
