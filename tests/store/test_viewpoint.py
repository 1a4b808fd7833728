"""What documents said at an instant: of each table and column only what was amended in it."""

from datetime import UTC, date, datetime

import builders as b

from tracker.services.documents.completing import ReportChange, change_report
from tracker.store.viewpoint import Viewpoint


def at(month):
    return datetime(2026, month, 5, tzinfo=UTC)


def test_a_row_is_said_to_have_been_otherwise_only_in_the_column_that_was_amended(sqlite_register):
    b.organizations(sqlite_register, "WHO")
    b.report(sqlite_register, b.recommendation("1"), now=at(1))
    b.report(sqlite_register, b.recommendation("1"), symbol="A/80/502", now=at(1))
    change_report(sqlite_register, "501", ReportChange(title="Travel"), b.who(now=at(3)))
    change_report(sqlite_register, "502", ReportChange(issued_on=date(2025, 2, 2)), b.who(now=at(3)))
    change_report(sqlite_register, "501", ReportChange(title="Travels"), b.who(now=at(4)))
    with sqlite_register.read() as session:
        then = Viewpoint(session, None, at(2))
        assert list(then.said("report", "title").values()) == ["Management of things in the invented organizations"]
        assert list(then.said("report", "issued_on").values()) == [b.ISSUED]
        assert then.said("recommendation", "text") == then.said("organization", "name") == {}
        assert list(Viewpoint(session, None, at(3)).said("report", "title").values()) == ["Travel"]
        assert Viewpoint(session).said("report", "title") == {}
