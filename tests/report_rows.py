"""The rows of one small register, as records: no database is needed to draw a report."""

from datetime import UTC, date, datetime

from tracker.domain.figures.groups import count
from tracker.domain.figures.material import Before, Material, Reminded, Scope, Step
from tracker.domain.figures.quarterly import quarterly
from tracker.domain.periods import Quarter
from tracker.domain.rows import FollowUp, Organization
from tracker.domain.vocabulary import Acceptance, Addressee, Implementation, Stance, Topic, Verification

A, I, V = Acceptance, Implementation, Verification  # noqa: E741
END = date(2026, 9, 30)
KNOWN = datetime(2026, 10, 5, 9, 12, 44, tzinfo=UTC)
CODES = ("AVI", "FOR", "LIB")
NAMES = {"AVI": "Aviation <Standards> & Co", "FOR": "Forest Programme", "LIB": "الاتحاد العالمي للمكتبات"}
POSITIONS = [
    (A.ACCEPTED, I.IMPLEMENTED, V.DISPUTED, date(2026, 3, 31), "Done, see circular 14 <b>now</b> & later."),
    (A.ACCEPTED, I.IN_PROGRESS, V.NOT_VERIFIED, date(2026, 6, 30), None),
    (A.NOT_ACCEPTED, I.NO_INFORMATION, V.NOT_VERIFIED, None, "Too dear\x0b."),
    (A.PARTIALLY_ACCEPTED, I.IMPLEMENTED, V.VERIFIED, date(2026, 9, 30), "For headquarters."),
    (A.UNDER_CONSIDERATION, I.NO_INFORMATION, V.NOT_VERIFIED, None, "The Council took note of it."),
    (A.NOT_RELEVANT, I.NO_INFORMATION, V.NOT_VERIFIED, None, None),
    (A.ACCEPTED, I.OVERTAKEN, V.NOT_VERIFIED, None, "Replaced."),
    (A.NO_INFORMATION, I.NO_INFORMATION, V.NOT_VERIFIED, None, None),
    (A.NO_INFORMATION, I.NO_INFORMATION, V.NOT_VERIFIED, None, None),
]


def follow_up(key, code, number, position, text):
    acceptance, implementation, verification, due, note = position
    return FollowUp(
        id=key,
        version=1,
        report="A/80/501",
        report_title="Management of things",
        issued_on=date(2020, 1, 15),
        asks_verification=False,
        number=number,
        text=text,
        addressee=Addressee.LEGISLATIVE_BODY if number == "2" else Addressee.EXECUTIVE_HEAD,
        impact="A" if number == "1" else None,
        stance=Stance.SUPPORTED,
        organization=code,
        acceptance=acceptance,
        implementation=implementation,
        verification=verification,
        reported_by=None,
        due_on=due,
        original_due_on=due,
        addressed_on=date(2026, 7, 20) if number == "3" else date(2024, 2, 1),
        heard_on=None,
        effective_on=date(2026, 8, 3),
        recorded_at=KNOWN,
        actor="officer",
        note=note,
        left_on=None,
    )


def make_rows(texts=("Keep a register <script>alert(1)</script>.", "Request a report.", "تعيين مسؤول كبير")):
    pairs = [(number, code) for number in ("1", "2", "3") for code in CODES]
    return tuple(
        follow_up(key, code, number, POSITIONS[key], texts[int(number) - 1]) for key, (number, code) in enumerate(pairs)
    )


def make_figures(rows=None, **given):
    rows = make_rows() if rows is None else rows
    scope = Scope(
        **{"quarter": Quarter(2026, 3), "as_of": END, "known_at": KNOWN, "prepared_by": "A. Officer", **given}
    )
    before = {
        row.id: Before(A.NO_INFORMATION, I.NO_INFORMATION, V.NOT_VERIFIED, open=True, due_on=row.due_on)
        for row in rows
        if row.number != "3"
    }
    reasons = tuple(
        Step(row.id, Topic.ACCEPTANCE, "no-information", row.acceptance.value, date(2026, 8, 3), row.note)
        for row in rows
        if row.acceptance is A.NOT_ACCEPTED
    )
    everybody = make_rows()
    system = {code: count([row for row in everybody if row.organization == code], END) for code in CODES}
    earlier = [Quarter(2024, 4)]
    while len(earlier) < 7:
        earlier.append(earlier[-1].next)
    return quarterly(
        Material(
            scope,
            rows,
            before=before,
            reasons=reasons,
            trend=tuple((quarter, count(rows[:place], END)) for place, quarter in enumerate(earlier)),
            system=system if rows else {},
            organizations=tuple(Organization(code, name) for code, name in NAMES.items()),
            reminded=Reminded(3, 9, 4),
        )
    )


def figures_of(rows):
    """Figures of rows alone, without a past."""
    scope = Scope(Quarter(2026, 3), END, datetime(2026, 10, 5, tzinfo=UTC))
    codes = sorted({row.organization for row in rows})
    system = {code: count([row for row in rows if row.organization == code], END) for code in codes}
    return quarterly(Material(scope, tuple(rows), system=system))
