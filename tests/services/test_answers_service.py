"""One organization's numbered answers to a report that the register has already."""

import builders as b
import pytest

from tracker.domain.filters import Filters
from tracker.domain.vocabulary import Acceptance
from tracker.errors import UnknownNameError
from tracker.services.documents import answers
from tracker.services.documents.answers import import_answers
from tracker.services.documents.completing import list_reports
from tracker.services.listing import At, list_follow_ups

ANSWERS = """World Health Organization

Response to the report of the Joint Inspection Unit

Recommendation 1
WHO accepts this recommendation and notes how it bears on its own plan.

Recommendation 2
Noted.

Recommendation 3
Implemented since last year.
"""


@pytest.fixture
def take(register, tmp_path):
    """Take in answers of WHO to A/80/501, which has three recommendations."""
    b.organizations(register, "WHO")
    b.report(register, *(b.recommendation(number) for number in "123"))
    path = tmp_path / "answers.txt"
    path.write_text(ANSWERS, encoding="utf-8")
    return lambda symbol: import_answers(register, [path], "WHO", b.who(), symbol=symbol)


def test_others_write_into_the_register_while_the_documents_are_read(register, take, monkeypatch):
    def while_somebody_writes(*words):
        b.organizations(register, "FAO")
        return read(*words)

    read = answers.read_answers
    monkeypatch.setattr(answers, "read_answers", while_somebody_writes)
    assert take("501").counts() == {"accepted": 1}


@pytest.mark.parametrize("symbol", ["A/80/501", "a/80/501", "80/501", "501"])
def test_the_end_of_a_symbol_names_the_report_as_it_does_elsewhere(register, take, symbol):
    result = take(symbol)
    assert (result.report, len(result.outcome.created)) == ("A/80/501", 0)
    assert [report.symbol for report in list_reports(register, At(b.TODAY))] == ["A/80/501"]


def test_a_symbol_that_no_report_has_makes_none_without_texts(register, take):
    with pytest.raises(UnknownNameError, match="no report A/80/510 in the register"):
        take("A/80/510")
    assert len(list_reports(register, At(b.TODAY))) == 1


def test_what_is_noted_or_says_no_position_is_left_open_and_told(register, take):
    result = take("501")
    assert result.counts() == {"accepted": 1}
    assert result.open == ["2", "3"]
    assert [problem.what for problem in result.problems] == ["2 recommendations have no answer: 2, 3."]
    rows = {row.number: row.acceptance for row in list_follow_ups(register, Filters(), At(b.TODAY))}
    assert rows == {"1": Acceptance.ACCEPTED, "2": Acceptance.NO_INFORMATION, "3": Acceptance.NO_INFORMATION}
