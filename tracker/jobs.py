"""What the scheduler does, and how often: a table, nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tracker.records import record
from tracker.services.reminders.ticking import tick


@record
class Job:
    """A use case that is called again and again; the interval counts from the start of the program."""

    name: str
    interval: timedelta
    use_case: Callable[..., Any]


JOBS: tuple[Job, ...] = (Job("tick", timedelta(seconds=15), tick),)
