"""Extensions where "today" is not the same day everywhere: two offices, one register."""

from datetime import UTC, date, datetime

import builders as b
import pytest

from tracker.domain.periods import DueDate
from tracker.domain.updates import Update
from tracker.domain.vocabulary import Acceptance, Implementation
from tracker.domain.who import Who
from tracker.errors import RefusedError
from tracker.services import extensions, updates
from tracker.services.upkeep import audit

ONE = ("501/R1", "WHO")
AUCKLAND = Who("aroha", "update", datetime(2026, 5, 4, 21, tzinfo=UTC), date(2026, 5, 5))
NEW_YORK = Who("bob", "extend", datetime(2026, 5, 4, 22, tzinfo=UTC), date(2026, 5, 4))


@pytest.fixture
def filled(register):
    b.organizations(register, "WHO")
    b.report(register, now=datetime(2026, 1, 5, tzinfo=UTC))
    b.move(register, *ONE, to=Acceptance.ACCEPTED, on=date(2026, 5, 1))
    return register


def log(register, who, evidence_store, **said):
    updates.update(register, updates.Selection(*ONE[:1], ONE[1:]), Update(who.today, **said), who,
                   evidence_store=evidence_store)  # fmt: skip


@pytest.mark.parametrize("granted", [True, False])
def test_an_extension_where_it_is_still_yesterday_leaves_what_was_said_today(filled, tmp_path, granted):
    b.move(filled, *ONE, due=date(2026, 9, 15), on=date(2026, 5, 1))
    log(filled, AUCKLAND, tmp_path, to=Implementation.IN_PROGRESS, note="Begun.")
    extensions.request(filled, *ONE, DueDate(date(2026, 12, 31)), "more time", NEW_YORK)
    extensions.decide(filled, *ONE, NEW_YORK, granted=granted, to=None, note="so decided")
    row = b.follow_up(filled, *ONE)
    assert (row.effective_on, row.heard_on, row.actor, row.note) == (AUCKLAND.today, AUCKLAND.today, "aroha", "Begun.")
    assert row.due_on == (date(2026, 12, 31) if granted else date(2026, 9, 15))
    assert audit.verify(filled, b.TODAY).findings == []


def test_a_due_date_of_today_is_not_extended_where_it_is_still_yesterday(filled, tmp_path):
    log(filled, AUCKLAND, tmp_path, due=DueDate(date(2026, 9, 15)))
    extensions.request(filled, *ONE, DueDate(date(2026, 12, 31)), "more time", NEW_YORK)
    with pytest.raises(RefusedError, match="the due date was set to 2026-09-15 on 2026-05-05"):
        extensions.decide(filled, *ONE, NEW_YORK, granted=True, to=None, note="yes")
    extensions.decide(filled, *ONE, AUCKLAND, granted=True, to=None, note="yes")
    row = b.follow_up(filled, *ONE)
    assert (row.due_on, row.original_due_on) == (date(2026, 12, 31), date(2026, 9, 15))
    assert audit.verify(filled, b.TODAY).findings == []
