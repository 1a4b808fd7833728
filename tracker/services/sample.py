"""The sample's story: invented tables and notes, laid back from a day, and told to a register by the ordinary services.

The tables in `tracker/sample` count in days before the day of the demonstration (`due` in days after it), so
that the same day always gives the same register.
"""

from __future__ import annotations

import csv
import io
import shlex
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from importlib.resources import files
from pathlib import Path

from tracker.domain.periods import MONTHS, DueDate
from tracker.domain.updates import Update
from tracker.domain.vocabulary import TARGETS, Post
from tracker.domain.who import Who
from tracker.records import record
from tracker.services import corrections, extensions, organizations, updates
from tracker.services.documents.intake import NoteOptions, import_notes
from tracker.services.listing import read_history
from tracker.store.unit import Register

NOTES = {"A_74_9907_Add.1.txt": 2190, "A_79_9951_Add.1.txt": 730}
"""Each note and how many days before the day of the demonstration it was issued."""

ATTACHED = ("circular-14.txt",)
_AS_THEY_ARE = ("organizations.csv", *ATTACHED)
_REGISTERED = 2200
_NOTE_READ_AFTER = 6
_KEEPER = "A. Quist"


@record
class Place:
    """Where the sample stands: the day it is laid back from, the register, the documents, the evidence."""

    today: date
    register: Register
    documents: Path
    evidence: Path

    def day(self, ago: str | int) -> date:
        """The day so many days before `today`."""
        return self.today - timedelta(days=int(ago))


@record
class Step:
    """One command of the story: written so many days ago, by whom, in which words."""

    written: int
    actor: str
    asked: str
    run: Callable[[Place, Who], object]


def write_documents(documents: Path, today: date) -> list[Path]:
    """Put the notes, dated for this day, and what goes with them into a folder; returns the notes."""
    documents.mkdir(parents=True, exist_ok=True)
    for name in _AS_THEY_ARE:
        (documents / name).write_text(_text(name), encoding="utf-8")
    for name, ago in NOTES.items():
        issued = today - timedelta(days=ago)
        dated = _text(name).replace("{issued}", f"{issued.day} {MONTHS[issued.month - 1]} {issued.year}")
        (documents / name).write_text(dated, encoding="utf-8")
    return [documents / name for name in NOTES]


def tell(place: Place) -> int:
    """Do every step of the story in the order of writing; returns how many there were."""
    told = sorted(_steps(), key=lambda step: -step.written)  # stable: what was written on one day keeps its order
    for minute, step in enumerate(told):
        written = place.day(step.written)
        instant = datetime.combine(written, time(8, 0), UTC) + timedelta(minutes=minute)
        step.run(place, Who(step.actor, step.asked, instant, written))
    return len(told)


def _steps() -> Iterator[Step]:
    yield Step(_REGISTERED, _KEEPER, "org import organizations.csv", _register_organizations)
    for row in _rows("officers.csv"):
        yield from _officer_steps(row)
    for name, ago in NOTES.items():
        yield Step(ago - _NOTE_READ_AFTER, _KEEPER, f"import {name}", partial(_read_note, name))
    for row in _rows("history.csv"):
        yield Step(int(row["written"]), row["actor"], _words(row), partial(_LOG[row["do"]], row))


def _register_organizations(place: Place, who: Who) -> object:
    listed = organizations.read_organizations(place.documents / "organizations.csv")
    return organizations.import_organizations(place.register, listed, who)


def _officer_steps(row: dict[str, str]) -> Iterator[Step]:
    words = f"officer add {row['organization']} --post {row['post']} --name {shlex.quote(row['name'])}"
    yield Step(min(int(row["from"]), _REGISTERED), _KEEPER, words, partial(_add_officer, row))
    if row["until"]:
        yield Step(int(row["until"]), _KEEPER, f"officer end {shlex.quote(row['name'])}", partial(_end_officer, row))


def _add_officer(row: dict[str, str], place: Place, who: Who) -> object:
    return organizations.add_officer(
        place.register,
        row["organization"],
        who,
        post=Post(row["post"]),
        name=row["name"],
        email=row["email"],
        from_on=place.day(row["from"]),
    )


def _end_officer(row: dict[str, str], place: Place, who: Who) -> object:
    held = organizations.all_officers(place.register, row["organization"])
    leaving = next(officer for officer in held if officer.name == row["name"])
    return organizations.end_officer(place.register, leaving.id, who, until_on=place.day(row["until"]))


def _read_note(name: str, place: Place, who: Who) -> object:
    return next(import_notes(place.register, [place.documents / name], NoteOptions(), who))


def _log(row: dict[str, str], place: Place, who: Who) -> object:
    evidence = row["evidence"]
    if evidence in ATTACHED:
        evidence = str(place.documents / evidence)
    wanted = Update(
        on=place.day(row["day"]),
        to=TARGETS[row["to"]] if row["to"] else None,
        due=_due(row, place),
        note=row["note"] or None,
    )
    selection = updates.Selection(row["ref"], tuple(row["organizations"].split()))
    given = [evidence] if evidence else []
    return updates.update(place.register, selection, wanted, who, evidence=given, evidence_store=place.evidence)


def _correct(row: dict[str, str], place: Place, who: Who) -> object:
    """Take back the last entry that says what the row names in `to`."""
    written = read_history(place.register, row["ref"], row["organizations"])
    wrong = next(line.entry for line in reversed(written) if line.entry.target == row["to"])
    return corrections.correct(place.register, row["ref"], row["organizations"], wrong.id, row["note"], who)


def _request(row: dict[str, str], place: Place, who: Who) -> object:
    due = _due(row, place)
    assert due is not None
    return extensions.request(place.register, row["ref"], row["organizations"], due, row["note"], who)


def _decide(row: dict[str, str], place: Place, who: Who) -> object:
    return extensions.decide(
        place.register,
        row["ref"],
        row["organizations"],
        who,
        granted=row["do"] == "grant",
        to=_due(row, place),
        note=row["note"],
    )


_LOG: dict[str, Callable[[dict[str, str], Place, Who], object]] = {
    "": _log,
    "correct": _correct,
    "request": _request,
    "grant": _decide,
    "refuse": _decide,
}
"""What the column `do` may say; empty is an update."""


def _due(row: dict[str, str], place: Place) -> DueDate | None:
    return DueDate(place.today + timedelta(days=int(row["due"]))) if row["due"] else None


def _words(row: dict[str, str]) -> str:
    """The row as the command that would have written it, dates left out."""
    command = {"": "update", "correct": "correct"}.get(row["do"], f"extend {row['do']}")
    to = ["--to", row["to"]] if row["to"] else []
    note = ["--note", row["note"]] if row["note"] else []
    return shlex.join([*command.split(), row["ref"], *row["organizations"].split(), *to, *note])


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(_text(name))))


def _text(name: str) -> str:
    return files("tracker.sample").joinpath(name).read_text(encoding="utf-8")
