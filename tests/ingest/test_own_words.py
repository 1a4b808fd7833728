"""What the writer of a mail wrote, and what stands beneath it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.ingest.mails.own_words import own_words as said

WROTE = "On Tue, 24 Nov 2026 at 10:00, JRO <office@jro.example.org> wrote:"
SAID = "R5 is refused by our council,\nthe sheet does not say so."


@pytest.mark.parametrize("quoted", ["> R5 is refused.", "> Please send your return.\n> It is refused.\n> The office"])
def test_a_quotation_is_kept_since_it_may_be_the_answer_or_have_it_written_into_it(quoted):
    whole = f"Please see below.\n\n{WROTE}\n{quoted}"
    assert said(whole) == whole


@pytest.mark.parametrize("beneath", ["Ana Lima\nWHO, Geneva", ""])
def test_a_signature_is_left_out(beneath):
    assert said(f"{SAID}\n-- \n{beneath}\n") == SAID


@pytest.mark.parametrize(
    "beneath", ["Ana\n\nPS: R5 is refused.", "R\n" * 9, "Ana\n> R5?"], ids=["a postscript", "long", "a quotation"]
)
def test_what_may_be_more_than_a_signature_is_kept(beneath):
    whole = f"{SAID}\n-- \n{beneath}".strip()
    assert said(whole) == whole


def test_two_strokes_without_the_blank_part_a_text_as_anything_else():
    assert said("R4 is accepted.\n--\nR5 is refused.") == "R4 is accepted.\n--\nR5 is refused."


@pytest.mark.parametrize(
    "line",
    [
        "Sent from my iPhone",
        "Envoyé de mon iPhone",
        "Envoyé à partir de mon iPad.",
        "Enviado desde mi iPhone",
        "Sent from my Samsung Galaxy smartphone.",
        "Get Outlook for iOS<https://aka.ms/o0ukef>",
        "Télécharger Outlook pour Android <https://aka.ms/AAb9ysg>",
        "Obtener Outlook para iOS<https://aka.ms/o0ukef>",
        "Sent from Mail<https://go.microsoft.com/fwlink/?LinkId=550986> for Windows",
    ],
)
def test_what_a_program_says_of_itself_at_the_end_is_left_out(line):
    assert said(f"{SAID}\n\n{line}\n") == SAID
    assert said(f"{SAID}\n{line}\n-- \nAna") == SAID


@pytest.mark.parametrize(
    "line",
    [
        "Sent from my office on behalf of the council",
        "Sent from my iPhone, R5 is refused",
        "Get Outlook for iOS: R5 is refused",
    ],
)
def test_what_somebody_says_like_a_program_is_kept(line):
    assert said(f"{SAID}\n\n{line}") == f"{SAID}\n\n{line}"
    assert said(f"Sent from my iPhone\n\n{SAID}") == f"Sent from my iPhone\n\n{SAID}"


@given(st.lists(st.sampled_from(["R5", "", " ", "-- ", "> R4", WROTE, "\t", "Sent from my iPhone"]), max_size=12))
def test_whatever_stands_in_it_no_line_above_is_lost(lines):
    kept = said("\n".join(lines)).split("\n")
    assert "\n".join(lines).strip().startswith("\n".join(kept).strip())
