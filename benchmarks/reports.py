"""The quarterly report: figures beside hand-written SQL for the same aggregates, and every format as a whole command.

`python -m benchmarks.reports 10000 100000`

The register is seven years old, so that "five years back" is a day on which everything had been addressed. It is
measured with five entries a follow-up, and with thirty: what a day five years back costs must not grow with what was
written since.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from benchmarks.filled import fill
from tracker.domain.figures.material import Scope
from tracker.domain.figures.quarterly import quarterly
from tracker.domain.periods import Quarter
from tracker.store.database.engine import database_url, open_engine
from tracker.store.figures import read_material
from tracker.store.unit import Register

QUARTER, BACK = Quarter(2026, 1), Quarter(2021, 1)
KNOWN = datetime(2026, 4, 5, tzinfo=UTC)
ROUNDS = 3
FORMATS = ("json", "html", "md", "xlsx", "docx", "pdf")
_MOST_ON_PAPER = 20_000
"""More follow-ups are not set as Word document or PDF here: minutes, and more memory than a desk has."""
DAYS = 9
"""A report asks where everything stood on nine days: the end of eight quarters, and the evening before."""

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

_AGED = (
    """
    UPDATE journal SET effective_on = date(effective_on, '-6 years')
    WHERE topic IN ('addressed', 'due') OR (topic = 'acceptance' AND target = 'under-consideration')
    """,
    "UPDATE follow_up SET addressed_on = date(addressed_on, '-6 years')",
)
_LONGER = """
WITH RECURSIVE step(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM step WHERE n < 25)
INSERT INTO journal (id, batch, ordinal, follow_up_id, topic, source, target, effective_on, recorded_at, voice, note)
SELECT :most + (follow_up.id - 1) * 25 + n, 1, :most + (follow_up.id - 1) * 25 + n, follow_up.id, 'implementation',
       'in-progress', 'in-progress', date('2022-01-01', '+' || (n * 20) || ' days'), '2026-01-02 09:00:00.000000',
       'organization', NULL
FROM follow_up, step
"""


def measure(folder: Path, size: int) -> None:
    """Fill, measure, lengthen every history, measure again."""
    path = folder / f"{size}.db"
    fill(path, size)
    _execute(path, *_AGED)
    _measure_figures(path, size, "5 entries each")
    for kind in FORMATS:
        if size <= _MOST_ON_PAPER or kind not in ("docx", "pdf"):
            _measure_format(path, folder, size, kind)
    with closing(sqlite3.connect(path)) as connection, connection:
        most = connection.execute("SELECT max(id) FROM journal").fetchone()[0]
        connection.execute(_LONGER, {"most": most})
    _execute(path, "ANALYZE")
    _measure_figures(path, size, "30 entries each")


def _execute(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def _measure_figures(path: Path, size: int, history: str) -> None:
    register = Register(open_engine(database_url(str(path))))
    for name, quarter in (("last quarter", QUARTER), ("five years back", BACK)):
        works = (partial(_figures, register, quarter), partial(_floor, path, quarter))
        pairs = [tuple(_timed(work) for work in works) for _ in range(ROUNDS)]
        own, floor = (median(times) for times in zip(*pairs, strict=True))
        ratio = median(mine / other for mine, other in pairs)
        print(
            f"{size:>8,} rows, {history:<15} figures, {name:<16} {own:7.2f} s   floor {floor:6.2f} s   {ratio:.2f} ×",
            flush=True,
        )
    register.engine.dispose()


def _figures(register: Register, quarter: Quarter) -> Any:
    with register.read() as session:
        return quarterly(read_material(session, Scope(quarter, quarter.last_day, KNOWN)))


def _floor(path: Path, quarter: Quarter) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for _ in range(DAYS):
            given = {"day": quarter.last_day.isoformat(), "known": "2026-04-05 00:00:00"}
            connection.execute(_FLOOR, given).fetchall()


def _measure_format(path: Path, folder: Path, size: int, kind: str) -> None:
    """The whole command, figures and all, in a process of its own: its seconds, and the most memory it held."""
    words = ["--database", str(path), "report", "quarterly", str(QUARTER), "--known-at", KNOWN.isoformat()]
    command = [sys.executable, "-m", "tracker", *words, "--format", kind, "--out", str(folder)]
    start = perf_counter()
    with Path(os.devnull).open("w", encoding="utf-8") as nothing:
        quiet = [(os.POSIX_SPAWN_DUP2, nothing.fileno(), 1), (os.POSIX_SPAWN_DUP2, nothing.fileno(), 2)]
        process = os.posix_spawn(sys.executable, command, os.environ, file_actions=quiet)
        _, status, used = os.wait4(process, 0)
    seconds = perf_counter() - start
    written = folder / f"quarterly-{QUARTER}.{kind}"
    done = f"{written.stat().st_size / 1e6:6.1f} MB" if status == 0 else "refused"
    print(f"{size:>8,} rows, {kind:<5} {seconds:7.2f} s   {done}   peak {used.ru_maxrss / 1024:.0f} MB", flush=True)


def _timed(work: Callable[[], Any]) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started


def main(sizes: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            measure(Path(folder), size)


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or [10_000])
