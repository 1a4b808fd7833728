"""The demonstration: a sample register in a folder of its own, with the digests and the report that come out of it.

Nothing outside that folder is read or written: the user's own register, configuration and mail server stay
untouched, because every step takes the settings written into the folder.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from tracker.config import Settings, load_settings
from tracker.config_file import FILE_NAME
from tracker.domain.filters import Filters
from tracker.domain.periods import Quarter
from tracker.domain.rates import Counts
from tracker.errors import BadDataError
from tracker.records import record
from tracker.services import sample
from tracker.services.listing import At
from tracker.services.reports.statistics import statistics
from tracker.services.upkeep.registration import initialize
from tracker.store.counts import Dimension
from tracker.store.database.engine import database_url, open_engine
from tracker.store.unit import Register

_MARK = "# Made by `tracker demo`, which makes this folder anew; nothing in it is real."
_REGISTER = "register.db"
_OUTGOING = "outgoing"
_CONFIGURATION = f"""{_MARK}
[office]
name = "Joint Review Office"
email = "follow-up@jro.example.org"

[database]
url = "{_REGISTER}"

[mail]  # no host: emails become files in this folder, and nothing leaves the machine
folder = "{_OUTGOING}"
"""
_OURS = re.compile(
    rf"{re.escape(FILE_NAME)}|{re.escape(_REGISTER)}(-wal|-shm)?|documents|evidence|{_OUTGOING}|reviews|quarterly-.*"
)
"""What a demonstration leaves in its folder, and the next one removes."""


@record
class Demonstration:
    """What was made: the counts are of the register as it stands, the paths lie in `folder`."""

    folder: Path
    organizations: int
    batches: int
    counts: Counts
    quarter: Quarter
    notes: list[Path]
    digests: list[Path]
    reports: list[Path]

    @property
    def config(self) -> Path:
        return self.folder / FILE_NAME

    @property
    def database(self) -> Path:
        return self.folder / _REGISTER

    def as_json(self) -> dict[str, Any]:
        return {
            "folder": str(self.folder),
            "config": str(self.config),
            "database": str(self.database),
            "organizations": self.organizations,
            "batches": self.batches,
            "follow_ups": self.counts.total,
            "open": self.counts.open,
            "overdue": self.counts.overdue,
            "quarter": str(self.quarter),
            "notes": [str(path) for path in self.notes],
            "digests": [str(path) for path in self.digests],
            "reports": [str(path) for path in self.reports],
        }


def make_demonstration(
    folder: Path, *, today: date, now: datetime, say: Callable[[str], None] = lambda _: None
) -> Demonstration:
    """Make the sample register in `folder`, send its digests into files, write its quarterly report.

    An earlier demonstration in the folder is replaced. Raises BadDataError where it holds anything else.
    """
    _clear(folder)
    settings = _settle(folder)
    initialize(settings.database)
    register = Register(open_engine(database_url(settings.database)))
    try:
        say("Reading the notes and entering two years of answers …")
        place = sample.Place(today, register, folder / "documents", folder / "evidence")
        notes = sample.write_documents(place.documents, today)
        batches = sample.tell(place)
        groups = statistics(register, Dimension.ORGANIZATION, Filters(), At(today))
        say("Writing the digests …")
        digests = _send_digests(register, settings, folder / _OUTGOING, now)
        say("Writing the quarterly report …")
        quarter = Quarter.last_completed(today)
        reports = _write_report(register, settings, quarter, folder, today, now)
    finally:
        register.engine.dispose()
    return Demonstration(folder, len(groups.groups), batches, groups.total.counts, quarter, notes, digests, reports)


def _clear(folder: Path) -> None:
    """Remove an earlier demonstration; refuse everything else, before anything is removed."""
    if folder.is_file():
        raise BadDataError("this is a file.", where=str(folder), remedy="Give a folder: tracker demo DIR.")
    found = sorted(folder.iterdir()) if folder.exists() else []
    if not found:
        return
    foreign = [path.name for path in found if not _OURS.fullmatch(path.name)]
    if not _is_marked(folder / FILE_NAME):
        foreign = foreign or [path.name for path in found]
    if foreign:
        raise BadDataError(
            f"it holds {_some(foreign)}, which no demonstration made.",
            where=str(folder),
            remedy="Give an empty or a new folder: tracker demo DIR.",
        )
    for path in found:
        _remove(path)


def _is_marked(config: Path) -> bool:
    return config.is_file() and config.read_text(encoding="utf-8", errors="replace").startswith(_MARK)


def _some(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def _remove(path: Path) -> None:
    """Remove a file or a folder; of a link only the link."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def _settle(folder: Path) -> Settings:
    """Write the configuration first: by it the next demonstration knows a half-made folder for its own."""
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / FILE_NAME
    config.write_text(_CONFIGURATION, encoding="utf-8")
    return load_settings(config, str(folder / _REGISTER))


def _send_digests(register: Register, settings: Settings, folder: Path, now: datetime) -> list[Path]:
    """Compose what is due and deliver it into a folder; returns the files."""
    from tracker.mail.folder import Folder
    from tracker.services.reminders.composing import compose_due
    from tracker.services.reminders.delivery import deliver

    compose_due(register, settings, now=now)
    deliver(register, Folder(folder), clock=lambda: now, owner="demo")
    return sorted(folder.glob("*.eml"))


def _write_report(
    register: Register, settings: Settings, quarter: Quarter, folder: Path, today: date, now: datetime
) -> list[Path]:
    from tracker.services.reports.reporting import Request, write_quarterly

    office = settings.office.name
    request = Request(quarter=quarter, today=today, now=now, prepared_by=office, office=office)
    return write_quarterly(register, request, ("html", "docx"), folder).paths
