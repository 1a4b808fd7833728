"""`[reminders]` of tracker.toml: what it may say, and one sentence for each mistake."""

import tomllib
from datetime import date

import pytest

from tracker.domain.reminders.policy import Policy, read_policies
from tracker.domain.reminders.words import Band, Frequency, Weekday
from tracker.domain.vocabulary import Post
from tracker.errors import BadDataError

WHOLE = """
cadence = "weekly"
weekday = "thursday"
hour = 7
cap = 20
late_days = 10
paused_until = 2027-01-31

[rungs]
silent = "executive-head"

[organizations.WHO]
cadence = "quarterly"
paused_until = "2026-12-31"

[organizations.WHO.rungs]
late-first = "secretary"
"""


def read(text):
    return read_policies(tomllib.loads(text), "tracker.toml")


def test_nothing_said_gives_the_defaults():
    assert read("").office == Policy()


def test_an_organization_takes_what_the_office_says_and_changes_some_of_it():
    policies = read(WHOLE)
    who, ilo = policies.of("who"), policies.of("ILO")
    assert (policies.cap, ilo.cadence, ilo.weekday, ilo.hour) == (20, Frequency.WEEKLY, Weekday.THURSDAY, 7)
    assert (who.cadence, who.weekday, who.late_days) == (Frequency.QUARTERLY, Weekday.THURSDAY, 10)
    assert (ilo.paused_until, who.paused_until) == (date(2027, 1, 31), date(2026, 12, 31))
    assert (who.rungs[Band.SILENT], who.rungs[Band.LATE_FIRST]) == (Post.EXECUTIVE_HEAD, Post.SECRETARY)
    assert ilo.rungs[Band.LATE_FIRST] is Post.FOCAL_POINT


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cadense = 'weekly'", "cadense is not a setting. Did you mean cadence?"),
        ("cadence = 'daily'", "cadence is 'daily'."),
        ("hour = 24", "hour is 24. Write a whole number from 0 to 23."),
        ("hour = true", "hour is True."),
        ("cap = 0", "cap is 0."),
        ("late_days = 90", "late_days is 90 and very_late_days is 90."),
        ("paused_until = 'soon'", "paused_until: “soon” is not a date."),
        ("attach_return = 1", "attach_return is 1. Write true or false."),
        ("rungs = 3", "[reminders.rungs] must be a section."),
        ("[rungs]\nlate = 'secretary'", "late is not a band."),
        ("[rungs]\nsilent = 'minister'", "silent is 'minister'."),
        ("[organizations]\nWHO = 1", "[reminders.organizations.WHO] must be a section."),
        ("[organizations.WHO]\ncap = 1", "cap holds for all organizations together. Write it below [reminders]."),
        ("caps = 1", "caps is not a setting. Did you mean cap?"),
        ("[organizations.WHO]\nladder = 1", "attach_return, cadence, "),
    ],
)
def test_a_mistake_gives_a_sentence_with_its_place(text, said):
    with pytest.raises(BadDataError) as refused:
        read(text)
    assert str(refused.value).startswith("tracker.toml: [reminders")
    assert said in str(refused.value)
