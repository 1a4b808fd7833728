"""Registers of any size, filled past the program for speed: the same rows for the same numbers, on either database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any

import psycopg

from tracker.services.upkeep.registration import initialize
from tracker.store.database.engine import database_url, sqlite_file

ORGANIZATIONS = 100
PER_REPORT = 10
ENTRIES = 5
_RECORDED = "2026-01-02 09:00:00.000000"
_WORDS = tuple(
    "should ensure that records governance risk field staff policy audit results data training fund office".split()  # noqa: SIM905
)
_ACCEPTANCE = ("no-information", "under-consideration", "accepted", "accepted", "partially-accepted", "not-accepted")
_IMPLEMENTATION = ("no-information", "not-started", "in-progress", "in-progress", "implemented")

Content = tuple[str, str, Iterable[tuple[Any, ...]]]
"""Some rows: their table, its columns, their values."""


@dataclass(frozen=True, slots=True)
class Row:
    """One follow-up as it will stand, and the entries that lead there."""

    columns: tuple[Any, ...]
    entries: tuple[tuple[Any, ...], ...]


def fill(database: Path | str, follow_ups: int, *, seed: int = 1) -> None:
    """Make a register with so many follow-ups, five journal entries each, and settled statistics.

    `database` is an SQLite file, or the address of an empty database of PostgreSQL in which we may do anything.
    """
    initialize(str(database))
    random = Random(seed)
    content = chain(_documents(random, recommendations=-(-follow_ups // ORGANIZATIONS)), _rows(random, follow_ups))
    file = sqlite_file(database_url(str(database)))
    if file is not None:
        _into_sqlite(file, content)
    else:
        _into_postgresql(str(database), content)


def _into_sqlite(file: Path, content: Iterable[Content]) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript("PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -200000")
        with connection:
            for table, columns, rows in content:
                places = ", ".join("?" for _ in columns.split(","))
                connection.executemany(f'INSERT INTO "{table}" ({columns}) VALUES ({places})', rows)
        connection.execute("PRAGMA optimize=0x10002")


def _into_postgresql(address: str, content: Iterable[Content]) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        # Foreign keys are not looked up, because the rows are right; nor is the disk waited for.
        connection.execute("SET session_replication_role = replica; SET synchronous_commit = off; SET timezone = 'UTC'")
        with connection.transaction(), connection.cursor() as cursor:
            for table, columns, rows in content:
                with cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN') as copy:
                    for row in rows:
                        copy.write_row(row)
        connection.execute("VACUUM ANALYZE")


def _documents(random: Random, recommendations: int) -> Iterator[Content]:
    organizations = ((i, f"ORG{i:03}", f"ORG{i:03}", f"Organization {i}") for i in range(1, ORGANIZATIONS + 1))
    yield "organization", "id, code, folded, name", organizations
    reports = -(-recommendations // PER_REPORT)
    issued = [date(2005, 1, 1) + timedelta(days=random.randrange(7_800)) for _ in range(reports)]
    titles = [f"Review number {i} of {random.choice(_WORDS)}" for i in range(reports)]
    documents = zip(range(1, reports + 1), titles, (day.isoformat() for day in issued), strict=True)
    yield "report", "id, title, issued_on", documents
    symbols = ((i, f"JIU/REP/{i}", f"JIU/REP/{i}", "main") for i in range(1, reports + 1))
    yield "symbol", "report_id, symbol, folded, role", symbols
    columns = "id, report_id, number, position, text, addressee, impact, stance"
    yield "recommendation", columns, [_recommendation(random, number) for number in range(recommendations)]
    batch = (1, "bench", _RECORDED, "bench", "0" * 64, "0" * 64)
    yield "batch", "number, actor, recorded_at, asked, previous, hash", [batch]


def _recommendation(random: Random, number: int) -> tuple[Any, ...]:
    return (
        number + 1,
        number // PER_REPORT + 1,
        str(number % PER_REPORT + 1),
        number + 1,
        " ".join(["Executive heads", *random.choices(_WORDS, k=20)]),
        random.choice(("executive-head", "executive-head", "legislative-body")),
        random.choice("abcdef"),
        "supported",
    )


_FOLLOW_UP = (
    "id, recommendation_id, organization_id, acceptance, implementation, verification, due_on, original_due_on,"
    " addressed_on, heard_on, effective_on, recorded_at, actor, note, open, version"
)
_ENTRY = "id, batch, ordinal, follow_up_id, topic, target, effective_on, recorded_at, voice, note"


def _rows(random: Random, follow_ups: int) -> Iterator[Content]:
    step = 20_000
    for start in range(0, follow_ups, step):
        rows = [_row(random, number) for number in range(start + 1, min(start + step, follow_ups) + 1)]
        yield "follow_up", _FOLLOW_UP, [row.columns for row in rows]
        yield "journal", _ENTRY, [entry for row in rows for entry in row.entries]


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
        "not-verified",
        due,
        due,
        "2025-01-01",
        day,
        day,
        _RECORDED,
        "bench",
        note,
        is_open,
        2,
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
        (first + i + 1, 1, first + i + 1, number, topic, target, on, _RECORDED, voice, words)
        for i, (topic, target, on, voice, words) in enumerate(told)
    )
    return Row(columns, entries)
