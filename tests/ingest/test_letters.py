"""The words of a letter: plain, HTML, and what no program should have sent."""

from email.message import EmailMessage

from hypothesis import given
from hypothesis import strategies as st

from tracker.ingest.letters import words_of


def letter(text, **content):
    message = EmailMessage()
    message["From"], message["Subject"] = "Ana <ana@who.example.org>", "Re: Recommendations"
    message.set_content(text, **content)
    return message.as_bytes()


def test_it_begins_with_who_wrote_what_about():
    assert words_of(letter("A/80/501/R1: accepted\n")) == (
        "From: Ana <ana@who.example.org>\nSubject: Re: Recommendations\n\nA/80/501/R1: accepted"
    )


def test_of_html_the_words_are_shown_and_neither_scripts_nor_styles():
    page = (
        "<html><head><style>p {}</style></head><body><p>We <b>accept</b> R1 &amp; R2.</p><script>x()</script>R3:<br>no"
    )
    assert words_of(letter(page, subtype="html")).partition("\n\n")[2] == "We accept R1 & R2.\nR3:\nno"


def test_letters_of_another_alphabet_are_read_and_an_unknown_one_is_a_sentence():
    assert words_of(letter("accepté, принято")).endswith("accepté, принято")
    raw = letter("x").replace(b'charset="utf-8"', b'charset="no-such-letters"')
    assert words_of(raw) == "(The mail cannot be shown; open it in the mailbox.)"


@given(st.binary(max_size=300))
def test_whatever_it_is_it_is_no_error(raw):
    assert isinstance(words_of(raw), str)
