"""What the writer of a mail wrote: its text without what program and habit put beneath it, where that is certain."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tracker.ingest.mails.quoted_digests import Lines, SentDigest, as_text, unquoted

_SIGNATURE = "-- "
"""The line that mail programs put before a signature, with its blank (RFC 3676)."""
_MOST_SIGNATURE_LINES = 8
_DEVICE = r"(?:my |mon |mi |meu |meinem |mijn )?(?:iPhone|iPad|Android|Samsung|Galaxy|Huawei|BlackBerry)[\w ]{0,30}"
_OF_A_PROGRAM = re.compile(
    rf"(?:Sent from|Envoyé (?:de|depuis|à partir de)|Enviado (?:desde|do)|Von|Inviato da|Отправлено с) {_DEVICE}"
    r"|(?:Get|Sent from|Télécharge[rz]|Obtene[rz]|Enviado desde) Outlook (?:for|pour|para) (?:iOS|Android|Mac)"
    r"|(?:Sent from|Provenance :|Enviado desde) (?:Mail|Courrier|Correo) (?:for|pour|para) Windows(?: 1\d)?",
    re.IGNORECASE,
)
_LINK = re.compile(r"\s*<[^<>\s]*>")


def own_words(text: str, digests: Sequence[SentDigest] = ()) -> str:
    """The text without its signature and without these digests where it quotes them whole.

    Every other quotation is kept: what was quoted from others may be the answer itself, and what the office wrote by
    hand is not known, so that an answer written into it could not be told from it.
    """
    lines = _without_signature(text.rstrip("\n").split("\n"))
    return as_text([_without_signature(piece) for piece in unquoted(lines, digests)])


def _without_signature(lines: Lines) -> Lines:
    """A blank line in what follows may part a signature from a postscript, and so nothing is left out."""
    lines = _without_line_of_a_program(_without_blank_end(lines))
    if _SIGNATURE not in lines:
        return lines
    place = len(lines) - 1 - lines[::-1].index(_SIGNATURE)
    beneath = lines[place + 1 :]
    is_one = len(beneath) <= _MOST_SIGNATURE_LINES and all(line.strip() and line[0] != ">" for line in beneath)
    return lines[:place] if is_one else lines


def _without_line_of_a_program(lines: Lines) -> Lines:
    """Without `Sent from my iPhone` at the end."""
    is_one = bool(lines) and _OF_A_PROGRAM.fullmatch(_LINK.sub("", lines[-1]).strip(" .\xa0"))
    return _without_blank_end(lines[:-1]) if is_one else lines


def _without_blank_end(lines: Lines) -> Lines:
    end = len(lines)
    while end and (not lines[end - 1].strip() and lines[end - 1] != _SIGNATURE):
        end -= 1
    return lines[:end]
