"""The quarterly report: figures beside hand-written SQL for the same aggregates, and every format.

`python -m benchmarks.reports 10000 100000`
"""

from __future__ import annotations

import resource
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.filled import fill
from tracker.domain.figures.material import Scope
from tracker.domain.figures.quarterly import quarterly
from tracker.domain.periods import Quarter
from tracker.services.reporting import WRITERS, Drawn, Prepared, Request, templates_of
from tracker.store.engine import database_url, open_engine
from tracker.store.figures import _before, _trend, read_material
from tracker.store.unit import Register

QUARTER = Quarter(2026, 1)
KNOWN = datetime(2026, 4, 5, tzinfo=UTC)
_FLOOR = """
WITH last AS (
  SELECT follow_up_id, topic, target,
         row_number() OVER (PARTITION BY follow_up_id, topic ORDER BY effective_on DESC, id DESC) AS place
  FROM journal WHERE effective_on <= :day AND recorded_at <= :known
), stood AS (
  SELECT follow_up_id,
         max(CASE WHEN topic = 'acceptance' THEN target END) AS acceptance,
         max(CASE WHEN topic = 'implementation' THEN target END) AS implementation
  FROM last WHERE place = 1 GROUP BY follow_up_id
)
SELECT organization_id, stood.acceptance, stood.implementation, count(*)
FROM stood JOIN follow_up ON follow_up.id = follow_up_id GROUP BY 1, 2, 3
"""
"""One position per follow-up on one day; the report needs it on nine days (eight quarters and the evening before)."""
DAYS = 9


def measure(folder: Path, size: int) -> None:
    path = folder / f"{size}.db"
    fill(path, size)
    floor = _timed(lambda: _floor(path))[0]
    register = Register(open_engine(database_url(str(path))))
    for name, scope in (
        ("last quarter", Scope(QUARTER, QUARTER.last_day, KNOWN)),
        ("five years back", Scope(Quarter(2021, 1), date(2021, 3, 31), KNOWN)),
    ):
        seconds, figures = _timed(lambda scope=scope: _figures(register, scope))
        print(f"{size:>8,} rows  figures, {name:<16} {seconds:7.2f} s   floor {floor:.2f} s  ({seconds / floor:.1f}x)")
        if name == "last quarter":
            latest = figures
    with register.read() as session:
        scope = Scope(QUARTER, QUARTER.last_day, KNOWN)
        seconds = _timed(lambda: (_before(session, scope, None), _trend(session, scope, None)))[0]
    print(
        f"{size:>8,} rows  of which positions on eight other days {seconds:.2f} s; the rest reads and counts the annex"
    )
    request = Request(QUARTER, today=KNOWN.date(), now=KNOWN)
    drawn = Drawn(Prepared(latest), templates_of(request))
    for kind in ("json", "html", "md", "xlsx", "docx", "pdf"):
        if size > 20_000 and kind in ("docx", "pdf"):
            continue
        seconds, written = _timed(lambda kind=kind: sum(len(chunk) for chunk in WRITERS[kind](drawn)))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{size:>8,} rows  {kind:<5} {seconds:7.2f} s  {written / 1e6:6.1f} MB  peak so far {peak:.0f} MB")


def _figures(register: Register, scope: Scope) -> Any:
    with register.read() as session:
        return quarterly(read_material(session, scope))


def _floor(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for _ in range(DAYS):
            given = {"day": QUARTER.last_day.isoformat(), "known": "2026-04-05 00:00:00"}
            connection.execute(_FLOOR, given).fetchall()


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    started = perf_counter()
    result = work()
    return perf_counter() - started, result


def main(sizes: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            measure(Path(folder), size)


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or [10_000])
