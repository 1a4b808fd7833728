"""A year of ticks on a register whose organizations stand in twelve time zones: each week once, for each of them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from builders import SYMBOL, move, report, who
from sqlalchemy import select
from zones import ZONES

from tracker.config import Settings
from tracker.domain.rows import Organization
from tracker.domain.vocabulary import Acceptance, Post
from tracker.services.organizations import add_officer, import_organizations
from tracker.services.reminders.composing import compose_due
from tracker.store.database.mail_tables import reminder_table

SETTINGS = replace(Settings(None, "x"), reminders={"cadence": "weekly", "attach_return": False})


@pytest.mark.slow
def test_a_year_of_ticks_reminds_each_organization_once_a_week(sqlite_register):
    codes = [f"O{place}" for place in range(len(ZONES))]
    import_organizations(
        sqlite_register,
        [Organization(code, code, timezone=zone) for code, zone in zip(codes, ZONES, strict=True)],
        who(),
    )
    report(sqlite_register)
    move(sqlite_register, f"{SYMBOL}/R1", *codes, to=Acceptance.ACCEPTED, due=date(2026, 11, 1))
    for code in codes:
        head = {"post": Post.EXECUTIVE_HEAD, "name": code, "email": f"head@{code.lower()}.example.org"}
        add_officer(sqlite_register, code, **head, from_on=date(2024, 1, 1), who=who())
    now = datetime(2027, 1, 5, 0, 0, tzinfo=UTC)  # a Tuesday: the week has begun everywhere
    while now < datetime(2028, 1, 5, 0, 0, tzinfo=UTC):
        compose_due(sqlite_register, SETTINGS, now=now)
        now += timedelta(hours=7)
    with sqlite_register.read() as session:
        found = session.execute(
            select(reminder_table.c.recipient, reminder_table.c.cycle)
            .where(reminder_table.c.lapsed_at.is_(None))  # nothing is ever sent here, so that each waits for too long
            .order_by(reminder_table.c.id)
        ).all()
    weeks = [f"2027-W{week:02}" for week in range(1, 53)] + ["2028-W01"]
    for code in codes:
        assert [cycle for recipient, cycle in found if recipient == f"head@{code.lower()}.example.org"] == weeks
