"""What the writer of a mail wrote, and what stands beneath it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.ingest.own_words import own_words

OURS = "On Tue, 24 Nov 2026 at 10:00, JRO <office@jro.example.org> wrote:"
QUOTED = "> R5: your position?\n>\n>> earlier"
SAID = "R5 is refused by our council,\nthe sheet does not say so."


def said(text, *, answers_us=False):
    return own_words(text, lambda line: answers_us or "office@jro.example.org" in line)


@pytest.mark.parametrize(
    "line",
    [
        OURS,
        "Le mar. 24 nov. 2026 à 10:00, JRO <office@jro.example.org> a écrit :",
        "El mar, 24 nov 2026, JRO\n(<office@jro.example.org>) escribió:",
        "Am 24.11.26 um 10:00 schrieb JRO <office@jro.example.org>:",
    ],
)
def test_the_offices_own_mail_quoted_beneath_is_left_out_with_the_line_before_it(line):
    assert said(f"{SAID}\n\n{line}\n\n{QUOTED}\n\n") == SAID
    assert said(f"{SAID}\n\n{line}\n{QUOTED}") == SAID


def test_a_reply_to_one_of_our_mails_needs_no_such_line():
    assert said(f"{SAID}\n{QUOTED}", answers_us=True) == SAID
    assert said(f"On 24/11/26, JRO wrote:\n{QUOTED}", answers_us=True) == ""


def test_what_others_wrote_may_be_the_answer_and_is_kept():
    theirs = "Please see below.\n\nOn Mon, 23 Nov 2026, The Council <c@who.example.org> wrote:\n> R5 is refused."
    assert said(theirs) == theirs
    assert said(f"See below.\n{QUOTED}") == f"See below.\n{QUOTED}"


def test_answers_between_or_beneath_what_is_quoted_keep_it_whole():
    between = f"{OURS}\n> R5: your position?\nRefused.\n> R6: your position?"
    assert said(between) == between
    beneath = f"{OURS}\n{QUOTED}\nR5 is refused."
    assert said(beneath, answers_us=True) == beneath


def test_a_reason_that_ends_in_a_colon_is_no_line_of_a_mail_program():
    assert said(f"Refused, for what you wrote yourselves:\n{QUOTED}", answers_us=True) == (
        "Refused, for what you wrote yourselves:"
    )


@pytest.mark.parametrize("beneath", ["Ana Lima\nWHO, Geneva", ""])
def test_a_signature_is_left_out_above_and_beneath_a_quotation(beneath):
    signature = f"-- \n{beneath}"
    assert said(f"{SAID}\n{signature}") == SAID
    assert said(f"{SAID}\n\n{signature}\n\n{OURS}\n{QUOTED}") == SAID
    assert said(f"{SAID}\n\n{OURS}\n{QUOTED}\n\n{signature}\n") == SAID


@pytest.mark.parametrize(
    "beneath", ["Ana\n\nPS: R5 is refused.", "R\n" * 9, "Ana\n> R5?"], ids=["a postscript", "long", "a quotation"]
)
def test_what_may_be_more_than_a_signature_is_kept(beneath):
    whole = f"{SAID}\n-- \n{beneath}".strip()
    assert said(whole) == whole


def test_two_strokes_without_the_blank_part_a_text_as_anything_else():
    assert said("R4 is accepted.\n--\nR5 is refused.") == "R4 is accepted.\n--\nR5 is refused."


@given(st.lists(st.sampled_from(["R5", "", " ", "-- ", "> R4", OURS, "\t"]), max_size=12))
def test_whatever_stands_in_it_no_line_above_is_lost(lines):
    kept = said("\n".join(lines)).split("\n")
    assert "\n".join(lines).strip().startswith("\n".join(kept).strip())
