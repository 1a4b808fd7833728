"""A guided pass over what is open: which keys mean which moves, and what has been decided so far. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tracker.domain.journal import after_changes
from tracker.domain.lifecycle import Attempt, Need, Positions, decide, moves_from, unmet_needs
from tracker.domain.periods import DueDate
from tracker.domain.vocabulary import (
    INITIAL,
    TARGETS,
    Acceptance,
    Axis,
    Implementation,
    Status,
    Verification,
    axis_of,
)
from tracker.records import record

KEYS: dict[Status, str] = {
    Acceptance.ACCEPTED: "a",
    Acceptance.PARTIALLY_ACCEPTED: "p",
    Acceptance.UNDER_CONSIDERATION: "u",
    Acceptance.NOT_ACCEPTED: "n",
    Acceptance.NOT_RELEVANT: "r",
    Implementation.NOT_STARTED: "o",
    Implementation.IN_PROGRESS: "i",
    Implementation.IMPLEMENTED: "d",
    Implementation.OVERTAKEN: "v",
    Verification.VERIFIED: "y",
    Verification.DISPUTED: "x",
}
"""Status → key. The same key everywhere, whatever else is possible at the moment."""

STILL, SKIP, BACK, QUIT, HELP = "c", "s", "b", "q", "?"
EVIDENCE, MORE_TIME = "e", "t"
"""What may be said beside a move, or alone."""


@record
class Choice:
    """A key, what it does in words, the status that it moves to, and whether a note must come with it."""

    key: str
    words: str
    to: Status | None
    needs_note: bool


def choices(at: Positions, actor: str, *, has_evidence: bool = False) -> list[Choice]:
    """The moves possible from where a follow-up stands, by the table, and the confirmation of how it stands."""
    found = []
    for axis in Axis:
        for move in moves_from(at, axis):
            with_note = Attempt(move.target, actor, note="given")
            if not unmet_needs(move, at, with_note):
                bare = unmet_needs(move, at, Attempt(move.target, actor, has_evidence=has_evidence))
                found.append(Choice(KEYS[move.target], move.target.value, move.target, bool(bare)))
    still = _present(at)
    return found + ([Choice(STILL, f"still {still.value}", still, needs_note=False)] if still else [])


def beside(*, may_ask: bool) -> list[Choice]:
    """What else can be said of a follow-up; `may_ask` where more time may be asked for."""
    evidence = Choice(EVIDENCE, "evidence", None, needs_note=False)
    return [evidence, Choice(MORE_TIME, "more time", None, needs_note=True)] if may_ask else [evidence]


def _present(at: Positions) -> Status | None:
    """The status that can be said again: of implementation, else of acceptance; none where nothing was ever said."""
    for axis in (Axis.IMPLEMENTATION, Axis.ACCEPTANCE):
        if at.on(axis) is not INITIAL[axis]:
            return at.on(axis)
    return None


def is_own_claim(at: Positions, actor: str) -> bool:
    """Whether it may not be verified for no other reason than that the actor reported it: four eyes."""
    wanted = Attempt(Verification.VERIFIED, actor, note="given")
    moves = [move for move in moves_from(at, Axis.VERIFICATION) if move.target is wanted.to]
    return any(unmet_needs(move, at, wanted) == [Need.OTHER_PERSON] for move in moves)


def chosen(keys: str, at: Positions, actor: str, further: Sequence[Choice] = ()) -> list[Choice] | None:
    """What several keys mean one after the other, as `ai`: accepted, then in progress; None where one means nothing.

    `further` is what may be said beside moves. Nothing is said twice.
    """
    found: list[Choice] = []
    for key in keys:
        possible = [*choices(at, actor, has_evidence=EVIDENCE in keys), *further]
        choice = next((choice for choice in possible if choice.key == key), None)
        if choice is None or any(choice.key == said.key for said in found):
            return None
        found.append(choice)
        if choice.to is not None:
            at = after_changes(at, decide(at, Attempt(choice.to, actor, note="given")), actor)
    return found


@record
class Decision:
    """What was decided for one follow-up, not yet written; `version` is the follow-up's when it was decided.

    `then` are further statuses to move to; `on` is the day on which it was so, that of the writing where none was said.
    `evidence` are links and files as they were named, and `later` is the due date that is asked for.
    """

    version: int
    to: Status | None
    note: str | None = None
    due: DueDate | None = None
    then: tuple[Status, ...] = ()
    on: date | None = None
    evidence: tuple[str, ...] = ()
    later: DueDate | None = None

    def __str__(self) -> str:
        moves = ", then ".join(status.value for status in (self.to, *self.then) if status)
        later = f"more time until {self.later}" if self.later else ""
        first, *rest = filter(None, (moves, *(f"evidence {item}" for item in self.evidence), later))
        day = f" on {self.on}" if self.on else ""
        due = f"due {self.due}" if self.due else ""
        return ", ".join(filter(None, (f"{first}{day}", due, *rest))) + (f" ({self.note})" if self.note else "")

    def as_json(self) -> dict[str, Any]:
        return {
            "version": self.version,
            "to": self.to.value if self.to else None,
            "note": self.note,
            "due": str(self.due) if self.due else None,
            "then": [status.value for status in self.then],
            "due_given": self.due.given if self.due else None,
            "on": self.on.isoformat() if self.on else None,
            "evidence": list(self.evidence),
            "later": str(self.later) if self.later else None,
            "later_given": self.later.given if self.later else None,
        }

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> Decision:
        """Read what `as_json` wrote; raises KeyError or ValueError for anything else."""
        on = date.fromisoformat(said["on"]) if said.get("on") else None
        due, later = (_due_from_json(said, name) for name in ("due", "later"))
        to = TARGETS[said["to"]] if said["to"] else None
        then = tuple(TARGETS[word] for word in said.get("then", ()))
        evidence = tuple(said.get("evidence", ()))
        return cls(said["version"], to, said["note"], due, then, on, evidence, later)


def _due_from_json(said: dict[str, Any], name: str) -> DueDate | None:
    return DueDate(date.fromisoformat(said[name]), said.get(f"{name}_given")) if said.get(name) else None


@dataclass(slots=True)
class Pass:
    """Where a review stands: the follow-ups in order, the place, and the decisions by `REF ORG`.

    `set_aside` are decisions that no longer hold, as somebody wrote on the follow-up since; they are shown, never
    written.
    """

    names: list[str]
    place: int = 0
    decisions: dict[str, Decision] = field(default_factory=dict)
    set_aside: dict[str, Decision] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        return self.place >= len(self.names)

    @property
    def is_empty(self) -> bool:
        """Whether nothing in it would be missed."""
        return not self.decisions and not self.set_aside

    def decide(self, decision: Decision) -> None:
        self.skip()
        self.decisions[self.names[self.place - 1]] = decision

    def go_on(self) -> None:
        """To the next, leaving what was decided for this one."""
        self.place += 1

    def skip(self) -> None:
        """To the next, with nothing decided for this one."""
        self.decisions.pop(self.names[self.place], None)
        self.set_aside.pop(self.names[self.place], None)
        self.place += 1

    def back(self) -> None:
        self.place = max(0, self.place - 1)

    def written(self) -> None:
        """Begin anew; what was set aside and not decided again stays."""
        self.decisions, self.place = {}, 0

    def as_json(self) -> dict[str, Any]:
        return {
            "passed": self.names[: self.place],
            "decisions": {name: decision.as_json() for name, decision in self.decisions.items()},
            "set_aside": {name: decision.as_json() for name, decision in self.set_aside.items()},
        }

    def resume(self, said: dict[str, Any], versions: dict[str, int]) -> dict[str, Decision]:
        """Take up decisions made earlier, and go to where one stopped; returns those of what is not here any more.

        What was passed comes first, so that what is new since lies ahead, and what was decided on an older version
        than there is now (`versions`) as well.
        """
        kept = {
            name: Decision.from_json(item) for part in ("set_aside", "decisions") for name, item in said[part].items()
        }
        here = {name: decision for name, decision in kept.items() if name in versions}
        self.decisions = {name: it for name, it in here.items() if it.version == versions[name]}
        self.set_aside = {name: it for name, it in here.items() if name not in self.decisions}
        passed = {*said["passed"]} - {*self.set_aside}
        self.place = sum(name in passed for name in self.names)
        self.names.sort(key=lambda name: name not in passed)
        return {name: decision for name, decision in kept.items() if name not in here}


def needs_words(choice: Choice) -> str:
    """How a prompt names a choice: `a accepted`, `n not-accepted (note)`."""
    return f"{choice.key} {choice.words}{' (note)' if choice.needs_note else ''}"


def _check_keys() -> None:
    used = [*KEYS.values(), EVIDENCE, MORE_TIME, STILL, SKIP, BACK, QUIT, HELP]
    if len(set(used)) != len(used):
        raise AssertionError(f"review: a key means two things: {sorted(used)}")
    missing = [status for status in TARGETS.values() if status not in KEYS or axis_of(status) not in Axis]
    if missing:
        raise AssertionError(f"review: no key for {missing}")


_check_keys()
