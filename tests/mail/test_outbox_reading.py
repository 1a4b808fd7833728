"""A mail as a person reads it, however broken."""

from hypothesis import given
from hypothesis import strategies as st

from tracker.mail.reading import read_mail


def test_headers_text_and_attachments():
    reading = read_mail(b"Subject: =?utf-8?q?Caf=C3=A9?=\r\nTo: a@b.c\r\nContent-Type: text/html\r\n\r\n<p>x</p>\r\n")
    assert reading.headers == (("To", "a@b.c"), ("Subject", "Café"))
    assert reading.text.strip() == "<p>x</p>"
    assert reading.attachments == ()


def test_an_unknown_character_set_is_shown_anyway():
    assert read_mail(b"Content-Type: text/plain; charset=x-unheard-of\r\n\r\nhello\r\n").text.strip() == "hello"


_PIECES = st.sampled_from(
    [
        b"Content-Type: multipart/mixed; boundary=x\r\n",
        b"Content-Type: text/plain; charset=utf-7\r\n",
        b"Content-Type: ;;;\r\n",
        b"Content-Transfer-Encoding: base64\r\n",
        b"Content-Disposition: attachment; filename*=utf-8''%ff\r\n",
        b"Subject: =?utf-8?q?=C3?=\r\n",
        b"To: <<>>, ;:@\r\n",
        b"\r\n",
        b"--x\r\n",
        b"--x--\r\n",
        b"\xff+AGE-\r\n",
    ]
)


@given(st.one_of(st.binary(max_size=300), st.lists(_PIECES, max_size=12).map(b"".join)))
def test_no_bytes_are_refused(message):
    reading = read_mail(message)
    assert isinstance(reading.text, str)
    assert all(isinstance(name, str) for name in reading.attachments)
