"""What a command works with: settings, register, actor, time; each made on first use."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tracker import clock
from tracker.errors import BadDataError, UsageError, WorldError

if TYPE_CHECKING:  # these cost what `--help` must not pay
    from tracker.config import Settings
    from tracker.domain.who import Who
    from tracker.services.listing import At
    from tracker.store.database.engine import Engine
    from tracker.store.unit import Register

ASKED = "tracker.asked"
MAILS_STAY = "what is queued stays queued; what may have been sent is in tracker outbox list."


@dataclass
class Desk:
    """The officer's desk: the global options, and what follows from them."""

    database: str | None = None
    config: Path | None = None
    actor_name: str | None = None
    asked: str = ""
    stays: str | None = None
    """What stays of this very command when it is broken off, where that is not said by the usual words."""
    is_in_part: bool = False
    """Whether earlier ones of several files are written already."""
    now: datetime = field(default_factory=clock.now)
    today: date = field(default_factory=clock.today)

    @cached_property
    def settings(self) -> Settings:
        from tracker.config import load_settings

        return load_settings(self.config, self.database)

    @cached_property
    def engine(self) -> Engine:
        """The database, whether there is a register in it or not."""
        from tracker.store.database.engine import database_url, open_engine

        return open_engine(database_url(self.settings.database))

    def close(self) -> None:
        """Close the database's connections, where any was opened; all is done by then, and Ctrl-C too late."""
        if "engine" in self.__dict__:
            from tracker.interrupts import undisturbed

            with undisturbed(forgetting=True):
                self.engine.dispose()

    @property
    def leaves(self) -> str | None:
        """What a command that is broken off now has written already, as a sentence; None where that is nothing."""
        register: Register | None = self.__dict__.get("register")
        if register is None or not register.has_written:
            return None
        return (
            self.stays
            or f"what had been written by then stays{'; tracker undo takes it back' if register.has_spoken else ''}."
        )

    @cached_property
    def register(self) -> Register:
        """The register, of this program's schema. Raises WorldError where there is none, or another one."""
        from tracker.store.database.schema import check_current
        from tracker.store.unit import Register

        self._check_file()
        register = Register(self.engine)
        with register.translated():
            check_current(self.engine)
        return register

    @cached_property
    def actor(self) -> str:
        """Who is acting: `--actor`, TRACKER_ACTOR, or the login name."""
        from tracker.domain.references import fold_person, person_as_written

        if self.actor_name is not None and not fold_person(self.actor_name):
            raise UsageError("--actor is empty.", remedy="Give a name.")
        return person_as_written(self.actor_name or _login_name())

    @cached_property
    def who(self) -> Who:
        """What a batch records of this command."""
        from tracker.domain.who import Who

        return Who(self.actor, self.asked, self.now, self.today)

    def at(self, as_of: date | None, known_at: datetime | None) -> At:
        """The day and the knowledge to look from. Raises BadDataError for a day or an instant still to come."""
        from tracker.domain.rows import instant
        from tracker.services.listing import At

        if as_of is not None and as_of > self.today:
            raise BadDataError(f"{as_of} is in the future.", remedy="Give a day up to today.")
        # An instant of today may be that of the last second: what is known by then is what is known now.
        if known_at is not None and known_at > self.now and known_at.date() > self.now.date():
            raise BadDataError(f"{instant(known_at)} is in the future.", remedy="Leave --known-at out for now.")
        return At(self.today, as_of, known_at)

    @property
    def evidence_store(self) -> Path:
        """Where files of evidence are kept: beside an SQLite register, else in the user's data folder."""
        return self._beside_register("evidence")

    @property
    def reviews(self) -> Path:
        """Where unfinished reviews of this register wait; several registers may lie in one folder."""
        from tracker.store.database.engine import name_of

        return self._beside_register("reviews") / name_of(self.engine.url)

    def _beside_register(self, name: str) -> Path:
        from tracker.store.database.engine import sqlite_file

        file = sqlite_file(self.engine.url)
        if file is not None:
            return file.parent / name
        from platformdirs import user_data_path

        return user_data_path("tracker") / name

    def _check_file(self) -> None:
        """Say that there is no register before SQLite makes an empty file of that name."""
        from tracker.store.database.engine import sqlite_file

        file = sqlite_file(self.engine.url)
        if file is not None and not file.exists():
            raise WorldError(
                f"there is no register in {file}.",
                remedy="Create one with: tracker init. If it is elsewhere, give --database or --config.",
            )


def _login_name() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}" if hasattr(os, "getuid") else "unknown"
