"""Rows per second and memory of importing a register, beside the floor: reading the file, and a plain executemany.

    python -m benchmarks.registers [ROWS] [FILE=MAPPING …]

Without files 100,000 rows are generated (seeded). The floor writes the same rows into the same tables through sqlite3
alone, without decisions, hashes or checks. Every measurement runs in a process of its own; the best of three counts.
"""

from __future__ import annotations

import csv
import json
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from tracker.domain.who import Who
from tracker.services.registers.intake import import_register
from tracker.services.upkeep.registration import initialize
from tracker.store.database.engine import database_url, open_engine
from tracker.store.unit import Register

WORDS = ("review", "the", "policy", "of", "travel", "and", "report", "to", "governing", "body", "on", "progress")
STATUSES = ("Open", "Accepted", "In progress", "Implemented", "Rejected")
MAPPING = """
[register]
name = "generated"
voice = "organization"
as_of = 2026-01-01
[columns]
report = "Report"
number = "Number"
text = "Recommendation"
organization = "Organization"
made = "Issued"
[recommendation]
same = ["report", "number"]
[organizations]
unknown = "register"
[[status]]
column = "Status"
date = "Since"
means = [
  {words = ["Open"], moves = []},
  {words = ["Accepted"], moves = ["accepted"]},
  {words = ["In progress"], moves = ["accepted", "in-progress"]},
  {words = ["Implemented"], moves = ["accepted", "implemented"]},
  {words = ["Rejected"], moves = ["not-accepted"]},
]
"""


def generate(path: Path, rows: int) -> None:
    """A register of `rows` rows: 25 organizations to each recommendation, 10 recommendations to a report."""
    chance = random.Random(7)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["Report", "Number", "Recommendation", "Organization", "Issued", "Status", "Since"])
        for index in range(rows):
            recommendation = index // 25
            issued = date(2010, 1, 1) + timedelta(days=recommendation // 10)
            text = " ".join(random.Random(recommendation).choices(WORDS, k=24))
            since = issued + timedelta(days=chance.randrange(1, 900))
            writer.writerow(
                [f"GEN/{recommendation // 10}", recommendation % 10 + 1, text, f"Org {index % 25}", issued,
                 chance.choice(STATUSES), since]
            )  # fmt: skip


def _new_register(folder: Path) -> Path:
    path = folder / f"register-{time.monotonic_ns()}.db"
    initialize(str(path))
    return path


def measure_import(folder: Path, file: Path, mapping: Path) -> dict[str, Any]:
    """Import a register into an empty one, and again; the peak of memory is that of the first time."""
    path = _new_register(folder)
    register = Register(open_engine(database_url(str(path))))
    who = Who("bench", "import", datetime(2026, 11, 24, tzinfo=UTC), date(2026, 11, 24))
    start = time.perf_counter()
    report = import_register(register, file, mapping, who)
    first = time.perf_counter() - start
    peak = _memory()
    start = time.perf_counter()
    import_register(register, file, mapping, who)
    again = time.perf_counter() - start
    assert not report.is_stopped, report.problems[:3]
    return {"seconds": first, "again": again, "rows": report.rows, "peak_mb": peak, "path": str(path)}


def measure_floor(folder: Path, file: Path, filled: Path) -> dict[str, Any]:
    """Read the file with csv, and copy what the import wrote into a register of the same schema, table by table."""
    start = time.perf_counter()
    with file.open(newline="", encoding="utf-8-sig") as lines:
        list(csv.reader(lines))
    reading = time.perf_counter() - start
    source = sqlite3.connect(filled)
    target = sqlite3.connect(_new_register(folder))
    target.execute("PRAGMA foreign_keys = ON")
    target.execute("PRAGMA journal_mode = WAL")
    target.execute("PRAGMA synchronous = FULL")
    tables = ("batch", "report", "symbol", "organization", "recommendation", "follow_up", "journal", "register_row")
    content = {table: source.execute(f"SELECT * FROM {table}").fetchall() for table in tables}
    start = time.perf_counter()
    target.execute("BEGIN IMMEDIATE")
    for table, rows in content.items():
        if rows:
            target.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(rows[0]))})", rows)
    target.commit()
    return {"reading": reading, "inserting": time.perf_counter() - start, "entries": len(content["journal"])}


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _in_process(*words: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.registers", *words], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def compare(folder: Path, file: Path, mapping: Path) -> None:
    imports = [_in_process("--import", str(folder), str(file), str(mapping)) for _ in range(3)]
    best = min(imports, key=lambda item: item["seconds"])
    floors = [_in_process("--floor", str(folder), str(file), str(best["path"])) for _ in range(3)]
    floor = min(item["reading"] + item["inserting"] for item in floors)
    rows, seconds = int(best["rows"]), best["seconds"]
    print(f"{file.name}: {rows:,} rows, {int(floors[0]['entries']):,} entries of the journal")
    print(f"  import        {seconds:6.2f} s   {rows / seconds:8,.0f} rows/s   peak {best['peak_mb']:.0f} MB")
    print(f"  import again  {best['again']:6.2f} s   (nothing changes)")
    times = f"import takes {seconds / floor:.1f} times as long"
    print(f"  floor         {floor:6.2f} s   {rows / floor:8,.0f} rows/s   {times}")


def main() -> None:
    if sys.argv[1:2] == ["--import"]:
        print(json.dumps(measure_import(*(Path(word) for word in sys.argv[2:5]))))
    elif sys.argv[1:2] == ["--floor"]:
        print(json.dumps(measure_floor(*(Path(word) for word in sys.argv[2:5]))))
    else:
        with tempfile.TemporaryDirectory(prefix="tracker-bench-") as name:
            folder = Path(name)
            given = [word.split("=", 1) for word in sys.argv[1:] if "=" in word]
            for file, mapping in given:
                compare(folder, Path(file), Path(mapping))
            if not given:
                rows = int(sys.argv[1]) if sys.argv[1:] else 100_000
                generate(folder / "generated.csv", rows)
                (folder / "generated.toml").write_text(MAPPING)
                compare(folder, folder / "generated.csv", folder / "generated.toml")


if __name__ == "__main__":
    main()
