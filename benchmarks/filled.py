"""Registers of any size, filled past the program for speed: the same rows for the same numbers, every time."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from tracker.services.registration import initialize

ORGANIZATIONS = 100
PER_REPORT = 10
ENTRIES = 5
_RECORDED = "2026-01-02 09:00:00.000000"
_WORDS = tuple(
    "should ensure that records governance risk field staff policy audit results data training fund office".split()  # noqa: SIM905
)
_ACCEPTANCE = ("no-information", "under-consideration", "accepted", "accepted", "partially-accepted", "not-accepted")
_IMPLEMENTATION = ("no-information", "not-started", "in-progress", "in-progress", "implemented")


@dataclass(frozen=True, slots=True)
class Row:
    """One follow-up as it will stand, and the entries that lead there."""

    columns: tuple[Any, ...]
    entries: tuple[tuple[Any, ...], ...]


def fill(path: Path, follow_ups: int, *, seed: int = 1) -> None:
    """Make an SQLite register with so many follow-ups, five journal entries each, and settled statistics."""
    initialize(str(path))
    random = Random(seed)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -200000")
        with connection:
            _documents(connection, random, recommendations=-(-follow_ups // ORGANIZATIONS))
            _rows(connection, random, follow_ups)
        connection.execute("PRAGMA optimize=0x10002")


def _documents(connection: sqlite3.Connection, random: Random, recommendations: int) -> None:
    connection.executemany(
        "INSERT INTO organization (id, code, folded, name) VALUES (?, ?, ?, ?)",
        ((i, f"ORG{i:03}", f"ORG{i:03}", f"Organization {i}") for i in range(1, ORGANIZATIONS + 1)),
    )
    reports = -(-recommendations // PER_REPORT)
    issued = [date(2005, 1, 1) + timedelta(days=random.randrange(7_800)) for _ in range(reports)]
    connection.executemany(
        "INSERT INTO report (id, title, issued_on) VALUES (?, ?, ?)",
        ((i + 1, f"Review number {i} of {random.choice(_WORDS)}", day.isoformat()) for i, day in enumerate(issued)),
    )
    connection.executemany(
        "INSERT INTO symbol (report_id, symbol, folded, role) VALUES (?, ?, ?, 'main')",
        ((i, f"JIU/REP/{i}", f"JIU/REP/{i}") for i in range(1, reports + 1)),
    )
    connection.executemany(
        "INSERT INTO recommendation (id, report_id, number, position, text, addressee, impact, stance)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, 'supported')",
        (
            (
                i + 1,
                i // PER_REPORT + 1,
                str(i % PER_REPORT + 1),
                i + 1,
                " ".join(["Executive heads", *random.choices(_WORDS, k=20)]),
                random.choice(("executive-head", "executive-head", "legislative-body")),
                random.choice("abcdef"),
            )
            for i in range(recommendations)
        ),
    )
    connection.execute(
        f"INSERT INTO batch VALUES (1, 'bench', NULL, '{_RECORDED}', 'bench', '{'0' * 64}', '{'0' * 64}')"
    )


def _rows(connection: sqlite3.Connection, random: Random, follow_ups: int) -> None:
    step = 20_000
    for start in range(0, follow_ups, step):
        rows = [_row(random, number) for number in range(start + 1, min(start + step, follow_ups) + 1)]
        connection.executemany(
            "INSERT INTO follow_up (id, recommendation_id, organization_id, acceptance, implementation, verification,"
            " due_on, original_due_on, addressed_on, heard_on, effective_on, recorded_at, actor, note, open, version)"
            " VALUES (?, ?, ?, ?, ?, 'not-verified', ?, ?, '2025-01-01', ?, ?, ?, 'bench', ?, ?, 2)",
            (row.columns for row in rows),
        )
        connection.executemany(
            "INSERT INTO journal (id, batch, ordinal, follow_up_id, topic, source, target, effective_on, recorded_at,"
            " voice, note) VALUES (?, 1, ?, ?, ?, NULL, ?, ?, ?, ?, ?)",
            (entry for row in rows for entry in row.entries),
        )


def _row(random: Random, number: int) -> Row:
    accepted = random.choice(_ACCEPTANCE)
    done = random.choice(_IMPLEMENTATION) if accepted in ("accepted", "partially-accepted") else "no-information"
    due = (date(2026, 1, 1) + timedelta(days=random.randrange(900))).isoformat()
    day = (date(2025, 2, 1) + timedelta(days=random.randrange(400))).isoformat()
    note = f"seen {random.choice(_WORDS)} {number}" if number % 10 == 0 else None
    is_open = accepted != "not-accepted" and done != "implemented"
    columns = (
        number,
        (number - 1) // ORGANIZATIONS + 1,
        (number - 1) % ORGANIZATIONS + 1,
        accepted,
        done,
        due,
        due,
        day,
        day,
        _RECORDED,
        note,
        is_open,
    )
    told = (
        ("addressed", None, "2025-01-01", "office", None),
        ("due", due, "2025-01-02", "office", None),
        ("acceptance", "under-consideration", "2025-01-20", "organization", None),
        ("acceptance", accepted, day, "organization", None),
        ("implementation", done, day, "organization", note),
    )
    first = (number - 1) * ENTRIES
    entries = tuple(
        (first + i + 1, first + i + 1, number, topic, target, on, _RECORDED, voice, words)
        for i, (topic, target, on, voice, words) in enumerate(told)
    )
    return Row(columns, entries)
