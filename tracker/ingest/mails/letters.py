"""The words of a mail: the whole of a letter, and what is written beside a return."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import EmailPolicy
from email.utils import getaddresses
from itertools import chain, islice, repeat

from tracker.domain.controls import says_something, without_controls
from tracker.ingest.mails.own_words import own_words
from tracker.ingest.mails.pages import without_unseen, words_of_page
from tracker.ingest.mails.quoted_digests import SentDigest, quotes, quotes_unchanged, without_digests

_HEADS = ("From", "To", "Date", "Subject")
_MOST = 200_000
"""Octets of a text, and letters of all of them, that are shown; nobody reads a longer letter in a terminal."""
_MOST_OF_A_PAGE = 4_000_000
"""Octets of a page, of which the words are the least part; pictures may stand in it."""
_MOST_FILES = 50
_MOST_OF_A_HEAD = 10_000
_SEALS = {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
_DIGEST_LEFT_OUT = "Left out: the digest that it quotes"
_UNSHOWN = "(The text cannot be shown; open it in the mailbox.)"


class _Bounded(EmailPolicy):
    """Reads so much of a head and no more: 10,000 addresses take Python seconds, and a mail may hold millions."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        parsed: str = super().header_fetch_parse(name, value[:_MOST_OF_A_HEAD])
        return parsed


BOUNDED = _Bounded()


def words_of(raw: bytes, digests: Sequence[SentDigest] = ()) -> str:
    """Who wrote when, the text, and the names of what is attached; of HTML its words.

    Where it quotes one of these digests, that is left out, and said. What cannot be decoded is shown as signs, never
    an error.
    """
    try:
        message = message_from_bytes(raw, policy=BOUNDED)
        texts, names = list(_texts(message, digests)), list(islice(_attached(message), _MOST_FILES))
    except RecursionError:  # parts within parts within parts, as no mail program makes them
        return _UNSHOWN
    assert isinstance(message, EmailMessage)
    heads = [f"{name}: {said}" for name in _HEADS if (said := head_of(message, name))]
    heads += _as_attached(names)
    heads += [_DIGEST_LEFT_OUT] if any(map(quotes, texts, repeat(digests))) else []
    words = (without_digests(text, digests) for text in texts)
    return "\n\n".join(filter(None, ("\n".join(heads), "\n\n".join(filter(None, words))[:_MOST])))


def words_beside(raw: bytes, endings: tuple[str, ...], digests: Sequence[SentDigest] = ()) -> str | None:
    """What a mail says beside the files with these endings: its text, and the names of other files.

    Left out is where it quotes one of these digests (see `own_words`). None where that says nothing.
    """
    try:
        message = message_from_bytes(raw, policy=BOUNDED)
        texts = [own_words(text, digests) for text in _texts(message, digests)]
        names = [name for name in islice(_attached(message), _MOST_FILES) if not name.casefold().endswith(endings)]
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - Python's parser stumbles over what only an attacker writes
        return _UNSHOWN
    pieces = ("\n\n".join(filter(None, texts))[:_MOST], "\n".join(_as_attached(names)))
    return _as_kept("\n\n".join(filter(says_something, pieces))) or None


def sent_digest(raw: bytes) -> SentDigest:
    """A digest as the program sent it, to be found where a mail quotes it."""
    message = message_from_bytes(raw, policy=BOUNDED)
    assert isinstance(message, EmailMessage)
    named = getaddresses([head_of(message, name) for name in ("From", "Reply-To")])
    senders = {each.casefold() for pair in named for each in pair if each}
    parts = (part for part in message.walk() if not part.is_multipart() and not _is_file(part))
    texts = (form for part in parts for form in _forms(part))
    return SentDigest(tuple(sorted(senders)), head_of(message, "Subject"), tuple(filter(None, texts)))


def _forms(part: Message) -> Iterator[str]:
    """A text as programs quote it: of a page some take what it hides, others leave it out."""
    if part.get_content_type() == "text/html":
        yield words_of_page(_decoded(part, _MOST_OF_A_PAGE))
    yield _text(part)


def _as_kept(words: str) -> str:
    """As a database takes it: without controls, nor halves of letters, which some old encodings bring."""
    return without_controls(words.replace("\r", "\n")).encode("utf-8", "replace").decode("utf-8").strip()


def _as_attached(names: list[str]) -> list[str]:
    return [f"Attached: {name} (open it in the mailbox)" for name in names]


def head_of(message: EmailMessage, name: str) -> str:
    """A head as text; Python's parser stumbles over some that only an attacker or an old program writes."""
    try:
        return " ".join(str(message.get(name, "")).split())
    except (ValueError, IndexError, AttributeError, LookupError, TypeError):
        return ""


def file_name(part: Message) -> str:
    """What a part is called as a file; of a part that is none, and of what cannot be read, nothing."""
    try:
        return part.get_filename() or ""
    except (ValueError, IndexError, AttributeError, LookupError, TypeError):
        return ""


def _texts(part: Message, digests: Sequence[SentDigest] = ()) -> Iterator[str]:
    """Every piece of the text: mail programs cut it where a file stands in it, and put remarks of their own beside it.

    Of the same in several forms the first that says anything, which is the plain one: some programs write a plain
    text of signs without width, and the letter into the page beside it. But where one of these digests is found in
    another form only, or nothing is put into it there, that one: to make it plain, a program may have rewritten it.
    """
    inner = [each for each in part.get_payload() if isinstance(each, Message)] if part.is_multipart() else []
    pieces = (list(_texts(each, digests)) for each in inner)
    if part.get_content_type() == "multipart/alternative":
        forms = list(filter(None, pieces))
        known = (form for has in (quotes_unchanged, quotes) for form in forms if any(map(has, form, repeat(digests))))
        yield from next(chain(known, forms), [])
    elif inner:
        for found in pieces:
            yield from found
    elif not _is_file(part) and says_something(text := _text(part)):
        yield text


def _is_file(part: Message) -> bool:
    """Whether it is put beside the letter; some programs give the letter itself a name."""
    try:
        return bool(file_name(part)) and part.get_content_disposition() == "attachment"
    except (ValueError, IndexError, AttributeError, LookupError, TypeError):
        return False


def _text(part: Message) -> str:
    kind = part.get_content_type()
    if kind == "text/html":
        return words_of_page(without_unseen(_decoded(part, _MOST_OF_A_PAGE)))
    return _decoded(part, _MOST) if kind == "text/plain" else ""


def _attached(message: Message) -> Iterator[str]:
    """The pictures of a signature, which a page refers to, and seals are none that anybody attached."""
    for part in message.walk():
        name = "".join(letter for letter in file_name(part) if letter.isprintable())
        is_picture = part.get_content_maintype() == "image" and part.get("Content-ID")
        if name and not is_picture and part.get_content_type() not in _SEALS:
            yield name[:200]


def _decoded(part: Message, most: int) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    try:
        text = content[:most].decode(part.get_content_charset() or "utf-8", "replace")
    except (LookupError, ValueError):  # letters that no program knows, or that are no letters
        text = content[:most].decode("utf-8", "replace")
    return text.replace("\r\n", "\n").strip()
