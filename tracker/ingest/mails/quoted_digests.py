"""A digest that a mail quotes: found by its own words, since the program knows what it sent, and left out.

Mail programs mark what they quote in a hundred ways, or not at all; they break lines anew, write links out, put in `>`
and `*`. So letters are compared, in their order, and nothing is left out but what stands in the digest letter for
letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby
from unicodedata import category, normalize

from tracker.domain.controls import says_something
from tracker.records import record

Lines = list[str]

_LINK = re.compile(r"<([^<>\s]+)>")
"""Where a link leads, as mail programs write it behind the words of the link."""
_KEPT_SIGNS = frozenset("?!%&")
_LOST_SIGNS = frozenset("|<>~^`")
_FEWEST_LETTERS = 40
"""Letters of a text that is looked for; a shorter one may be anybody's."""
_MOST_BEGINNINGS = 20
_HEAD = re.compile(r"[>\s*]*[^\W\d_][^:：]{0,24}[:：]")
_LATER_HEAD = re.compile(
    r"[>\s*]*(?:to|cc|date|sent|importance|attachments|à|envoyé|pièces jointes|para|fecha|enviado(?: el)?|importancia"
    r"|datos adjuntos|an|gesendet)\s*[:：]",
    re.IGNORECASE,
)
_MOST_LINES_OF_HEADS = 12
_WROTE = re.compile(
    r"(?:wrote|a écrit|escribió|schrieb|escreveu|ha scritto|пишет|написал\(?а?\)?|写道|كتب)\s*[:：]$", re.IGNORECASE
)
_MOST_LINES_OF_ATTRIBUTION = 4
_RULE = re.compile(r"[>\s*]*(?:[_=–-]{5,}|-{2,}[^-]{3,40}-{2,})\s*")
"""`________________`, `-----Original Message-----`."""
_HEADING = re.compile(r"[^:：]*/R\d")
"""A line of a digest that says which recommendation follows; behind a colon others are named, as in `Waits for:`."""
LEFT_OUT = "[…]"
"""Stands where a digest, or a part of it, was left out and more follows."""


@record
class SentDigest:
    """A digest as it was sent: who it is from (address and name), its subject, and its text in every form."""

    senders: tuple[str, ...]
    subject: str
    texts: tuple[str, ...]


def quotes(text: str, digests: Sequence[SentDigest]) -> bool:
    """Whether the whole of one of these digests stands in it."""
    return any(_quotation(text.split("\n"), digest) for digest in digests)


def quotes_unchanged(text: str, digests: Sequence[SentDigest]) -> bool:
    """Whether it stands there with nothing in it."""
    found = (_quotation(text.split("\n"), digest) for digest in digests)
    return any(all(ours) for _, ours in filter(None, found))


def without_digests(text: str, digests: Sequence[SentDigest]) -> str:
    """The text without these digests (see `unquoted`)."""
    return as_text(unquoted(text.split("\n"), digests))


def as_text(pieces: list[Lines]) -> str:
    """Pieces of a text, and between them the sign that something was left out."""
    return f"\n\n{LEFT_OUT}\n\n".join(filter(None, ("\n".join(piece).strip() for piece in pieces)))


def unquoted(lines: Lines, digests: Sequence[SentDigest]) -> list[Lines]:
    """What stands in these lines beside the digests: pieces, between which one of them, or some of it, was left out.

    With it go the heads above it that name its sender. What was written into it is kept, with what stands around it.
    """
    pieces = [lines]
    for digest in digests:
        pieces = [found for piece in pieces for found in _without(piece, digest)]
    return pieces


def _without(lines: Lines, digest: SentDigest) -> list[Lines]:
    found = _quotation(lines, digest)
    return [lines] if found is None else list(_pieces(lines, digest, *found))


def _quotation(lines: Lines, digest: SentDigest) -> tuple[int, list[bool]] | None:
    """Where the digest begins, in whichever form, and of each line up to its end whether it is of the digest."""
    letters = [_letters_of(line, digest) for line in lines]
    bodies = (_letters_of(text, digest) for text in digest.texts)
    found = (_found(letters, body) for body in bodies if len(body) >= _FEWEST_LETTERS)
    return next(filter(None, found), None)


def _letters_of(text: str, digest: SentDigest) -> str:
    """What no mail program changes: letters, figures and signs, without blanks, punctuation and the ends of links."""
    without = "\n".join(_without_links(line, digest) for line in text.split("\n"))
    return "".join(filter(_counts, normalize("NFKC", without)))


def _without_links(line: str, digest: SentDigest) -> str:
    """A link that stands alone is somebody's answer, unless it is the one by which the digest is answered."""
    if "<" not in line:
        return line
    without = _LINK.sub(lambda found: "" if any(sign in found[1] for sign in "@:.") else found[0], line)
    return without if _names_sender(line, digest) or any(map(_counts, without)) else line


def _names_sender(line: str, digest: SentDigest) -> bool:
    folded = line.casefold()
    return any(sender in folded for sender in digest.senders)


@cache
def _counts(sign: str) -> bool:
    return sign in _KEPT_SIGNS or (category(sign)[0] not in "PZC" and sign not in _LOST_SIGNS)


def _found(letters: list[str], body: str) -> tuple[int, list[bool]] | None:
    """Where the whole of it begins, as far below as can be, and of each line from there whether it is of the digest."""
    beginnings = [at for at, each in enumerate(letters) if each and body.startswith(each)]
    for start in beginnings[: -_MOST_BEGINNINGS - 1 : -1]:
        ours = _read_along(letters[start:], body)
        if ours is not None:
            return start, ours
    return None


def _read_along(letters: list[str], body: str) -> list[bool] | None:
    """Which lines are the next of it, up to its end; None where it does not come to its end."""
    ours, at = [], 0
    for each in letters:
        ours.append(body.startswith(each, at))
        at += len(each) if ours[-1] else 0
        if at == len(body):
            return ours
    return None


def _pieces(lines: Lines, digest: SentDigest, start: int, ours: list[bool]) -> Iterator[Lines]:
    """What stands above, in and beneath it; around what was written into it, the references next to that stay."""
    piece, at = _without_heads(lines[:start], digest), start
    headings = frozenset(_headings(digest))
    runs = [(is_ours, len(list(group))) for is_ours, group in groupby(ours)]
    for place, (is_ours, length) in enumerate(runs):
        run, at = lines[at : at + length], at + length
        named = [at for at, line in enumerate(run) if _letters_of(line, digest) in headings]
        kept = _context(run, named, is_first=place == 0, is_last=place == len(runs) - 1) if is_ours else None
        if kept is None:
            piece = [*piece, *run]
        else:
            yield [*piece, *kept[0]]
            piece = kept[1]
    yield piece
    yield lines[at:]


def _headings(digest: SentDigest) -> Iterator[str]:
    for text in digest.texts:
        yield from (_letters_of(line, digest) for line in text.split("\n") if _HEADING.match(line))


def _context(run: Lines, named: list[int], *, is_first: bool, is_last: bool) -> tuple[Lines, Lines] | None:
    """Of a part of the digest what has to be read behind, and before, what somebody wrote; None for all of it.

    `named` are its headings. It is read up to the next and from the last: an answer may stand above what it answers.
    """
    ends = named[0] + 1 if named and not is_first else 0
    begins = len(run) if is_last else named[-1] if named else 0
    return (run[:ends], run[begins:]) if begins > ends else None


def _without_heads(above: Lines, digest: SentDigest) -> Lines:
    """Without what a mail program writes above what it quotes: `On …, … wrote:`, or From, Sent, To, Subject."""
    filled = [at for at, line in enumerate(above) if says_something(line.replace(">", ""))]
    start = _attribution(above, filled, digest)
    if start is not None:
        return above[:start]
    heads = _heads(above, filled, digest)
    if heads is None:
        return above
    first, last = heads
    before = [at for at in filled if at < first]
    first = before[-1] if before and _RULE.fullmatch(above[before[-1]]) else first
    return above[:first] + above[last + 1 :]


def _attribution(above: Lines, filled: Sequence[int], digest: SentDigest) -> int | None:
    """Where a sentence begins that gives a day, names the sender, and ends with `wrote:`, or, with his address, `:`."""
    said = ""
    for at in reversed(filled[-_MOST_LINES_OF_ATTRIBUTION:]):
        said = f"{above[at].strip(' >*')} {said}".strip()
        is_one = _WROTE.search(said) or (said.endswith((":", "：")) and _LINK.search(said.replace(" ", "")))
        if is_one and re.search(r"\d.*\d", said) and _names_sender(said, digest):
            return at
    return None


def _heads(above: Lines, filled: Sequence[int], digest: SentDigest) -> tuple[int, int] | None:
    """The first and the last line of heads, in any language: one names the sender, and one the subject."""
    near = [at for at in filled[-_MOST_LINES_OF_HEADS:] if _HEAD.match(above[at])]
    subject = _letters_of(digest.subject, digest)
    of_sender = [at for at in near if _names_sender(above[at], digest)]
    of_subject = [at for at in near if subject and subject in _letters_of(above[at], digest)]
    if not of_sender or not of_subject:
        return None
    first, last = sorted((of_sender[-1], of_subject[-1]))
    if not all(at in near or _lists_addresses(above[at]) for at in filled if first < at < last):
        return None
    while last + 1 < len(above) and (_LATER_HEAD.match(above[last + 1]) or _RULE.fullmatch(above[last + 1])):
        last += 1
    return first, last


def _lists_addresses(line: str) -> bool:
    """Whether it goes on with whom a mail was for; of many, a program breaks the line."""
    return "@" in line or ";" in line
