"""The words of a page: those that are seen, where the links lead, and soon, whatever it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.ingest.mails.pages import without_unseen, words_of_page


def test_the_cells_of_a_table_stand_apart_and_its_rows_beneath_each_other():
    """Many organizations answer in a table."""
    page = "<table><tr><th>No.</th><th>Position</th></tr><tr><td>R1</td><td>accepted</td></tr></table>"
    assert words_of_page(page) == "No. Position\nR1 accepted"


def test_comments_and_the_settings_that_word_puts_into_them_are_not_seen():
    page = (
        "<!--[if gte mso 9]><xml><w:View>Normal</w:View><w:Zoom>0</w:Zoom></xml><![endif]--><p>We accept.</p>"
        "<!-- R2 <b>not yet</b> --><![if !supportLists]>R3<![endif]><!--[if !mso]><!-->, R4<!--<![endif]-->"
    )
    assert words_of_page(page) == "We accept.\nR3, R4"


def test_what_a_page_hides_can_be_left_out():
    page = '<div class="x" style="color: red;display: none">Please answer.</div><p>We accept.</p>'
    assert words_of_page(without_unseen(page)) == "We accept."


def test_a_comment_that_never_ends_hides_nothing():
    assert words_of_page("<p>Dear<!-- <p>R1 is refused.") == "Dear<!--\nR1 is refused."


def test_strokes_that_are_no_tags_are_words():
    assert words_of_page("<p>2 < 3 and 5 > 4 <br>R1") == "2 < 3 and 5 > 4\nR1"


def test_where_a_link_leads_is_said_unless_its_words_say_it():
    policy = '<a class="x" href="https://who.example.org/p?a=1&amp;b=2"><b>our policy</b></a>'
    assert words_of_page(f"See {policy}.") == "See our policy <https://who.example.org/p?a=1&b=2>."
    for said in ("https://who.example.org/p", "who.example.org/p"):
        assert words_of_page(f"See <A HREF='http://who.example.org/p/'>{said}</A>.") == f"See {said}."
    assert words_of_page(
        '<a href="mailto:a@x.example.org">Ana</a> <a name="x">R1</a> <a href=javascript:x()>R2</a>'
    ) == ("Ana R1 R2")


def test_words_that_are_struck_out_are_said_to_be_so():
    page = "<p>R1 <s>accepted</s> refused</p><p><s><o:p>&nbsp;</o:p></s></p><p><DEL>R2</DEL> <strong>R3</strong></p>"
    assert words_of_page(page) == "R1 [struck out: accepted] refused\n[struck out: R2] R3"


@pytest.mark.parametrize(
    "page",
    [
        "<![foo[ x ]]>",
        "<![>",
        "<![ ",
        "<a " * 60_000,
        "<!--" * 60_000,
        "<script" * 60_000,
        "<" + 150_000 * "a",
        "<a href=https://x.example.org>" * 60_000 + "</a>" * 60_000,
    ],
)
def test_a_page_that_no_program_wrote_gives_what_it_can_and_soon(page):
    """Whoever compares each beginning with all that follows takes minutes here."""
    assert "Dear" in words_of_page(f"<p>Dear</p>{page}<p>x")


@given(st.text(max_size=200))
def test_whatever_page_it_is_it_is_no_error(page):
    assert isinstance(words_of_page(page), str)
