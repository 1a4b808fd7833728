"""Two voices: another party's register beside ours, agreement and conflict row by row. Changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from tracker.domain.filters import Filters
from tracker.domain.mapping_moves import stated
from tracker.domain.references import fold, follow_up_name, reference_to
from tracker.domain.rows import FollowUp
from tracker.domain.vocabulary import INITIAL, Axis, Status, axis_of
from tracker.ingest.folding import fold_number
from tracker.ingest.problems import Problem
from tracker.ingest.registers.findings import Findings
from tracker.ingest.registers.gathering import Entry, gather, text_digest
from tracker.ingest.registers.mapping import Mapping
from tracker.ingest.registers.mapping_file import read_mapping
from tracker.ingest.registers.rows import read_rows
from tracker.limits import Limits
from tracker.progress import OnStep, counted
from tracker.records import record
from tracker.services.listing import At
from tracker.services.registers.names import NameBook
from tracker.store.aliases import all_aliases
from tracker.store.follow_ups import list_follow_ups
from tracker.store.organizations import all_organizations
from tracker.store.register_rows import SeenRow, seen_rows
from tracker.store.unit import Register


@record
class Comparison:
    """One follow-up as both tell it; `theirs` is in their own words, `differs` names the axes in conflict."""

    follow_up: str
    rows: tuple[int, ...]
    theirs: str
    they_mean: dict[str, str]
    ours: dict[str, str]
    differs: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "follow_up": self.follow_up,
            "rows": list(self.rows),
            "theirs": self.theirs,
            "they_mean": self.they_mean,
            "ours": self.ours,
            "differs": list(self.differs),
        }


@dataclass(slots=True)
class Reconciliation:
    """Every follow-up of either side in exactly one list.

    `news` are those of which they speak and of which we know nothing; `silent` those that they list without a
    status; `only_here` holds what was open with us, and `settled_here` counts the rest that they do not list.
    """

    register: str
    as_of: date
    agree: list[Comparison] = field(default_factory=list)
    conflict: list[Comparison] = field(default_factory=list)
    news: list[Comparison] = field(default_factory=list)
    silent: list[Comparison] = field(default_factory=list)
    only_there: list[Comparison] = field(default_factory=list)
    only_here: list[str] = field(default_factory=list)
    settled_here: int = 0
    problems: list[Problem] = field(default_factory=list)

    def lists(self) -> dict[str, list[Comparison]]:
        return {
            "agree": self.agree,
            "conflict": self.conflict,
            "news": self.news,
            "silent": self.silent,
            "only_there": self.only_there,
        }

    def rows(self, *, agreements: bool) -> list[dict[str, Any]]:
        """A row for each follow-up with the list in which it stands; what both say alike only where it is wanted."""
        shown = {name: items for name, items in self.lists().items() if agreements or name != "agree"}
        rows = [{"verdict": name, **item.as_json()} for name, items in shown.items() for item in items]
        nothing = Comparison("", (), "", {}, {}).as_json()
        return [*rows, *({"verdict": "only_here", **nothing, "follow_up": name} for name in self.only_here)]

    def as_json(self) -> dict[str, Any]:
        return {
            "register": self.register,
            "as_of": self.as_of.isoformat(),
            **{name: [item.as_json() for item in items] for name, items in self.lists().items()},
            "only_here": self.only_here,
            "settled_here": self.settled_here,
            "problems": [problem.as_json() for problem in self.problems],
        }


def reconcile(
    register: Register,
    path: Path,
    mapping_path: Path,
    *,
    at: At,
    limits: Limits | None = None,
    on_step: OnStep | None = None,
) -> Reconciliation:
    """Compare a register of another party with ours as it stood on a day: the one asked for, the mapping's, or today.

    A row is ours if a register of the mapping's name has brought it in, or by report, number and organization; what
    the row does not name (a status report often leaves out the organization) does not have to agree.
    """
    mapping = read_mapping(mapping_path)
    findings = Findings(path.name)
    rows = list(read_rows(path, mapping, findings, limits))
    day = at.as_of or mapping.as_of or at.today
    result = Reconciliation(mapping.name, day)
    with register.read() as session:
        strict = replace(mapping.names, blank=None, unknown="refuse")
        book = NameBook(strict, all_organizations(session), all_aliases(session))
        book.learn(rows)
        entries = gather(rows, mapping, book.code, mapping.names.blank, findings)
        book.tell(rows, findings)
        ours = list_follow_ups(session, Filters(), today=at.today, as_of=day, known_at=at.known_at)
        matcher = _Matcher(seen_rows(session, mapping.name), mapping, ours)
    _compare(entries, matcher, result, on_step)
    _only_here(ours, matcher, result)
    result.problems = findings.problems()
    return result


class _Matcher:
    """Finds our follow-ups for an entry of theirs."""

    def __init__(self, seen: dict[str, SeenRow], mapping: Mapping, ours: Sequence[FollowUp]) -> None:
        self.mapping = mapping
        self.met: set[int] = set()
        self.by_id = {item.id: item for item in ours}
        self.seen: dict[str, list[FollowUp]] = {}
        for key, row in seen.items():
            if row.follow_up_id in self.by_id:
                self.seen.setdefault(key.partition("#")[0], []).append(self.by_id[row.follow_up_id])
        self.by_number: dict[str, list[FollowUp]] = {}
        self.by_key: dict[str, list[FollowUp]] = {}
        for key, found in self.seen.items():
            self.by_key.setdefault(key.rpartition("|")[0], []).extend(found)
        for item in ours:
            self.by_number.setdefault(fold_number(item.number), []).append(item)

    def find(self, entry: Entry) -> list[FollowUp]:
        """Ours of the same identity, of the same organization where theirs is named."""
        found = self.by_key.get(entry.key) or self._of_number(entry)
        if entry.own is not None:
            found = [item for item in found if text_digest(item.text, item.number) == entry.text_digest]
        if entry.code != self.mapping.names.blank:
            found = [item for item in found if fold(item.organization) == fold(entry.code)]
        self.met.update(item.id for item in found)
        return found

    def _of_number(self, entry: Entry) -> list[FollowUp]:
        """Ours of the same number in the same report, for what was never taken in from the register."""
        same = self.by_number.get(fold_number(entry.number), []) if entry.number else []
        return [item for item in same if fold(item.report) == fold(entry.report)]


def _compare(
    entries: Sequence[Entry], matcher: _Matcher, result: Reconciliation, on_step: OnStep | None = None
) -> None:
    for entry in counted(entries, on_step):
        found = matcher.find(entry)
        if not found:
            name = follow_up_name(reference_to(entry.report, entry.number), entry.code)
            result.only_there.append(Comparison(name, entry.rows, _words(entry), _meant(entry), {}))
        for item in found:
            _file(_compared(entry, item), result)


def _compared(entry: Entry, ours: FollowUp) -> Comparison:
    meant = _meant(entry)
    here = {axis.value: ours.positions.on(axis).value for axis in Axis}
    differs = tuple(axis for axis, value in meant.items() if here[axis] != value)
    return Comparison(ours.name, entry.rows, _words(entry), meant, here, differs)


def _file(compared: Comparison, result: Reconciliation) -> None:
    """Into the one list where it belongs."""
    unknown = {axis.value: status.value for axis, status in INITIAL.items()}
    if not compared.they_mean:
        result.silent.append(compared)
    elif not compared.differs:
        result.agree.append(compared)
    elif all(compared.ours[axis] == unknown[axis] for axis in compared.they_mean):
        result.news.append(compared)
    else:
        result.conflict.append(compared)


def _meant(entry: Entry) -> dict[str, str]:
    """What their words say on our axes; axes of which they say nothing are left out."""
    moves: list[Status] = [move for said in entry.statuses for move in said.moves]
    at = stated(moves)
    return {axis.value: at.on(axis).value for axis in dict.fromkeys(axis_of(move) for move in moves)}


def _words(entry: Entry) -> str:
    return "; ".join(said.word for said in entry.statuses)


def _only_here(ours: Sequence[FollowUp], matcher: _Matcher, result: Reconciliation) -> None:
    """What they do not list; only follow-ups that a register of this name has brought in, where there are any."""
    scope = {item.id for found in matcher.seen.values() for item in found} or set(matcher.by_id)
    for item in ours:
        if item.id in scope and item.id not in matcher.met:
            if item.is_open:
                result.only_here.append(item.name)
            else:
                result.settled_here += 1
