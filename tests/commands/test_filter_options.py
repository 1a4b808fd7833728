"""What narrows a list: every option does, and so does every condition in what a report says of its selection."""

from dataclasses import fields, replace
from datetime import date

import pytest

from tracker.commands.syntax.options import _FILTERS, _filters
from tracker.domain.filters import EVERYTHING, Filters, as_options
from tracker.domain.vocabulary import Acceptance, Addressee, Implementation, Verification
from tracker.reports.words import selection_words

EACH = {
    "org": ["WHO"],
    "report": ["809"],
    "acceptance": [Acceptance.ACCEPTED],
    "status": [Implementation.NOT_STARTED],
    "verification": [Verification.DISPUTED],
    "addressee": [Addressee.LEGISLATIVE_BODY],
    "impact": ["a"],
    "year": [2017],
    "only_open": True,
    "overdue": True,
    "due_before": date(2026, 9, 30),
    "silent_for": 0,
}
SET_BY_NO_OPTION = {"text", "numbers"}


def test_every_option_sets_the_condition_that_is_typed_with_it():
    assert list(EACH) == list(_FILTERS)
    for name, value in EACH.items():
        option = _FILTERS[name][1]
        assert as_options(_filters(None, {name: value}))[0] in (option.default, *option.param_decls)
    every = _filters(None, EACH)
    unset = {item.name for item in fields(Filters) if getattr(every, item.name) == getattr(EVERYTHING, item.name)}
    assert unset == SET_BY_NO_OPTION


def test_an_option_that_sets_no_condition_is_not_passed_over():
    with pytest.raises(TypeError, match="due_after"):
        _filters(None, {"due_after": date(2026, 9, 30)})


def test_a_report_names_every_condition_of_its_selection():
    every = replace(_filters("travel", EACH), numbers=("3",))
    for item in fields(Filters):
        without = replace(every, **{item.name: getattr(EVERYTHING, item.name)})
        assert selection_words(without) != selection_words(every), item.name
