"""Calendar entries for due dates: all-day events, because Outlook ignores tasks.

An event's UID is made from what the follow-up is called, so that a later digest moves the entry instead of adding a
second; its number in the register would be another's after an older backup was restored.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from tracker.domain.reminders.digest import DigestLine
from tracker.domain.reminders.ladder import Part
from tracker.mail.languages import Language
from tracker.mail.wording import ask_sentence


def due_dates(
    lines: Iterable[DigestLine], language: Language, *, office: str, domain: str, now: datetime
) -> bytes | None:
    """An iCalendar file with the due dates still to come among these lines; None where there are none."""
    ahead = [line for line in lines if _is_ahead(line)]
    if not ahead:
        return None
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", f"-//{office}//tracker//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for line in ahead:
        calendar.add_component(_event(line, language, domain, now))
    return bytes(calendar.to_ical())


def _is_ahead(line: DigestLine) -> bool:
    due = line.ask.follow_up.due_on
    return line.part in (Part.YOURS, Part.BODY) and due is not None and due >= line.day


def _event(line: DigestLine, language: Language, domain: str, now: datetime) -> Any:
    from icalendar import Event

    item = line.ask.follow_up
    assert item.due_on is not None
    event = Event()
    event.add("uid", f"{uuid5(NAMESPACE_URL, item.name)}@{domain}")
    event.add("sequence", _sequence(now))
    event.add("dtstamp", now)
    event.add("dtstart", item.due_on)
    event.add("dtend", item.due_on + timedelta(days=1))
    event.add(
        "summary", language.say("%(ref)s (%(organization)s) is due", ref=item.ref, organization=item.organization)
    )
    event.add("description", f"{ask_sentence(language, line)}\n\n{' '.join(item.text.split())}")
    event.add("transp", "TRANSPARENT")
    return event


def _sequence(now: datetime) -> int:
    """Minutes since 1970: of two entries of one UID a calendar keeps that of the higher number (RFC 5545, 3.8.7.4).

    Nothing that the register counts would do: a restored backup counts again from where it was.
    """
    return int(now.timestamp()) // 60
