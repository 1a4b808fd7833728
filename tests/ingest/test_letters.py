"""The words of a letter: plain, HTML, and what no program should have sent."""

from email import message_from_bytes
from email.message import EmailMessage
from email.mime.application import MIMEApplication
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.ingest.mails.letters import words_beside, words_of


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


def test_letters_of_another_alphabet_are_read_also_where_nobody_knows_their_name():
    assert words_of(letter("accepté, принято")).endswith("accepté, принято")
    raw = letter("We accept.").replace(b'charset="utf-8"', b'charset="no-such-letters"')
    assert words_of(raw).endswith("We accept.")


@pytest.mark.parametrize("blank", [" ", "\N{ZERO WIDTH SPACE}", "\N{NO-BREAK SPACE}\N{ZERO WIDTH NON-JOINER}"])
def test_a_page_stands_in_where_the_plain_text_is_blank(blank):
    message = EmailMessage()
    message["From"] = "ana@who.example.org"
    message.set_content(f"{blank}\n")
    message.add_alternative("<p>We accept.</p>", subtype="html")
    assert words_of(message.as_bytes()) == "From: ana@who.example.org\n\nWe accept."


def mixed(*parts):
    message = MIMEMultipart("mixed")
    for part in parts:
        message.attach(part)
    return message.as_bytes()


def named(name, part):
    part.add_header("Content-Disposition", "attachment", filename=name)
    return part


def test_what_is_written_beneath_a_file_is_not_lost_and_the_file_is_named():
    """Apple's program cuts the text where a file stands in it."""
    policy = named("policy.pdf", MIMEApplication(b"%PDF"))
    said = words_of(mixed(MIMEText("We accept R1."), policy, MIMEText("<p>R2 is not accepted.", "html")))
    assert said == "Attached: policy.pdf (open it in the mailbox)\n\nWe accept R1.\n\nR2 is not accepted."


def test_a_text_that_is_attached_does_not_stand_in_for_the_letter():
    notes, logo = named("notes.txt", MIMEText("Minutes")), named("logo.png", MIMEImage(b"x", "png"))
    logo["Content-ID"] = "<logo>"
    said = words_of(mixed(notes, MIMEText("<p>We accept.</p>", "html"), logo))
    assert said == "Attached: notes.txt (open it in the mailbox)\n\nWe accept."


@pytest.mark.parametrize("disposition", ["", 'Content-Disposition: inline; filename="body.txt"\r\n'])
def test_a_letter_that_has_a_name_is_shown(disposition):
    raw = f'{disposition}Content-Type: text/plain; name="body.txt"\r\n\r\nWe accept.'.encode()
    assert words_of(raw) == "Attached: body.txt (open it in the mailbox)\n\nWe accept."


def test_the_words_of_a_mail_that_is_passed_on_are_shown():
    message = EmailMessage()
    message.set_content("See below.")
    message.add_attachment(message_from_bytes(letter("We accept."), policy=default))
    assert words_of(message.as_bytes()) == "See below.\n\nWe accept."


def test_a_head_that_cannot_be_read_hides_no_text():
    assert words_of(b"From: <@\nTo: <@\nSubject: S\n\nWe accept.").endswith("Subject: S\n\nWe accept.")


def test_a_picture_within_a_page_does_not_push_out_what_is_written_beneath_it():
    picture = f'<img src="data:image/png;base64,{"A" * 1_000_000}">'
    assert words_of(letter(f"<p>Dear</p>{picture}<p>R1 is refused.</p>", subtype="html")).endswith(
        "Dear\nR1 is refused."
    )


@given(st.binary(max_size=300))
def test_whatever_it_is_it_is_no_error(raw):
    assert isinstance(words_of(raw), str)


def beside(raw):
    return words_beside(raw, (".xlsx", ".ods"))


def test_beside_a_spreadsheet_stand_the_text_and_the_other_files():
    sheet, policy = named("WHO.XLSX", MIMEApplication(b"PK")), named("council.pdf", MIMEApplication(b"%PDF"))
    said = beside(mixed(MIMEText("R5 is refused."), sheet, policy, MIMEText("<p>R6 as well.", "html")))
    assert said == "R5 is refused.\n\nR6 as well.\n\nAttached: council.pdf (open it in the mailbox)"
    assert beside(mixed(sheet, policy)) == "Attached: council.pdf (open it in the mailbox)"


@pytest.mark.parametrize("text", ["", " \n\N{ZERO WIDTH SPACE}\n", "-- \nAna\nWHO", "\N{ZERO WIDTH SPACE}\n-- \nAna"])
def test_a_text_that_says_nothing_is_nothing(text):
    assert beside(mixed(MIMEText(text, "plain", "utf-8"), named("who.xlsx", MIMEApplication(b"PK")))) is None


def test_the_seal_of_a_signed_mail_is_nothing_that_anybody_attached():
    seal = named("smime.p7s", MIMEApplication(b"x", "pkcs7-signature"))
    assert beside(mixed(named("who.xlsx", MIMEApplication(b"PK")), seal)) is None
    assert words_of(mixed(MIMEText("We accept."), seal)) == "We accept."


def test_what_no_database_takes_is_not_in_the_words_beside_a_return():
    raw = (
        b"Content-Type: text/plain; charset=unicode_escape\r\n\r\n" + rb"R5\ud800 is\x00\x1b[31m refused\rR6" + b"\r\n"
    )
    said = beside(raw)
    assert said == "R5? is  [31m refused\nR6"
    assert said.encode("utf-8")


def test_the_words_beside_a_return_have_the_limit_of_a_letter():
    assert len(beside(letter("R5 " * 200_000))) <= 200_000


@given(st.binary(max_size=400))
def test_whatever_comes_is_words_or_nothing(raw):
    said = beside(raw)
    assert said is None or (said.encode("utf-8") and "\x00" not in said)
