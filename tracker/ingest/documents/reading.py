"""A document in, paragraphs out, whatever the file is: plain text, Word or PDF.

What the page has cut is healed here (see `paragraphs`); what the paragraphs mean is not known here.
"""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

from tracker.errors import BadDataError, WorldError
from tracker.ingest.documents.grids import Grid
from tracker.ingest.documents.lines import Line, Place
from tracker.ingest.documents.paragraphs import Paragraph, assemble
from tracker.ingest.documents.pdf_files import pdf_text
from tracker.ingest.documents.running_lines import without_running_lines
from tracker.ingest.documents.text_files import decoded, text_pages
from tracker.ingest.documents.text_grids import without_grids
from tracker.ingest.documents.word_files import word_text
from tracker.ingest.problems import Problem, beginning
from tracker.ingest.signatures import OLE, PDF, ZIP
from tracker.limits import MB, Limits, raised_by
from tracker.progress import OnStep
from tracker.records import record

_SIGNATURES = ((PDF, ".pdf"), (ZIP, ".docx"), (OLE, ".doc"))
_TABLES = (".csv", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods")
_AS_TABLE = (
    "Say what the table is: --as register with --mapping FILE, or --as return; "
    "organizations are read with: tracker org import."
)
_SAVE_AS_WORD = "Open it in a word processor and save it as .docx."


@record
class Document:
    """`running` holds headers and footers, each once; they may carry the document's symbol.

    `grids` are tables cell by cell: every one of a Word file, of others those that look like an annex of actions.
    """

    name: str
    paragraphs: tuple[Paragraph, ...]
    footnotes: tuple[Paragraph, ...] = ()
    running: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    grids: tuple[Grid, ...] = ()


def read_document(path: Path, limits: Limits | None = None, on_page: OnStep | None = None) -> Document:
    """Read by the file's ending, after a look whether its first bytes agree.

    `on_page` is told of the pages of a PDF, which take long; of what has no pages, nothing is told.
    """
    limits = limits or Limits()
    reader = _READERS.get(path.suffix.casefold())
    content = _content(path, limits)
    if reader is None:
        raise _no_document(path)
    _check_signature(content, path)
    document = reader(content, path.name, limits, on_page)
    if not document.paragraphs:
        raise BadDataError("holds no text.", where=path.name, remedy="Give the document itself.")
    return document


def _no_document(path: Path) -> BadDataError:
    what = "has no ending, so it is not known how to read it."
    if path.suffix:
        what = f"has the ending {path.suffix!r}, which is none of .txt, .docx and .pdf."
    is_table = path.suffix.casefold() in _TABLES
    return BadDataError(what, where=path.name, remedy=_AS_TABLE if is_table else _SAVE_AS_WORD)


def _content(path: Path, limits: Limits) -> bytes:
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            kind = "a folder" if stat.S_ISDIR(mode) else "not a regular file"
            raise BadDataError(f"is {kind}.", where=str(path), remedy="Give the file of one document.")
        with path.open("rb") as file:
            content = file.read(limits.document_bytes + 1)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise BadDataError("there is no such file.", where=str(path), remedy="Check the name.") from error
    except ValueError as error:
        raise BadDataError("is not a possible path.", where=repr(str(path))) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise WorldError(
            f"cannot be read ({reason}).", where=str(path), remedy="Ask for the right to read it, or copy it."
        ) from error
    _check_size(content, path, limits)
    return content


def _check_size(content: bytes, path: Path, limits: Limits) -> None:
    if not content:
        raise BadDataError("is empty.", where=path.name, remedy="Fetch the file again.")
    if len(content) > limits.document_bytes:
        raise BadDataError(
            f"is larger than {limits.document_bytes // MB} MB, the limit for a note.",
            where=path.name,
            remedy=f"Take the pictures out of it, or save its text as .txt. {raised_by('document_mb')}",
        )


def _check_signature(content: bytes, path: Path) -> None:
    suffix = path.suffix.casefold()
    found = next((kind for start, kind in _SIGNATURES if content.startswith(start)), ".txt")
    if found == suffix or (suffix == ".pdf" and PDF in content[:1024]):
        return
    if found == ".doc":
        raise BadDataError(
            "is an old Word file (.doc) or protected by a password.",
            where=path.name,
            remedy="Open it in a word processor and save it as .docx without a password.",
        )
    is_named = f"is named {suffix}, but is "
    if found == ".txt":
        raise BadDataError(f"{is_named}not one, or is damaged.", where=path.name, remedy="Fetch the file again.")
    kind = "a PDF" if found == ".pdf" else "a Word file or another packed one"
    raise BadDataError(f"{is_named}{kind}.", where=path.name, remedy=f"Rename it to end in {found}.")


def _read_text(content: bytes, name: str, *_: object) -> Document:
    text, grids = without_grids(decoded(content, name))
    return _paged(text_pages(text), name, grids=grids)


def _read_pdf(content: bytes, name: str, limits: Limits, on_page: OnStep | None) -> Document:
    text = pdf_text(content, name, limits, on_page)
    return _paged(text.pages, name, text.problems, text.grids)


def _read_word(content: bytes, name: str, limits: Limits, _: OnStep | None) -> Document:
    text = word_text(content, name, limits)
    problems = (*(_not_read(box, name) for box in text.boxes), *(_no_letter(*sign, name) for sign in text.signs))
    return Document(name, *assemble(text.lines), text.running, problems, text.grids)


def _not_read(box: Paragraph, name: str) -> Problem:
    return Problem(
        f"{name}, {box.place}",
        f"A text box was not read: “{beginning(box.text)}”.",
        "If it belongs to the text, take it out of its box, save, and import again.",
    )


def _no_letter(place: Place, font: str, name: str) -> Problem:
    return Problem(
        f"{name}, {place}",
        f"A sign of the font {font} was not read; it has no letter.",
        "If it says something, write it in words, save, and import again.",
    )


def _paged(
    pages: list[list[Line]], name: str, problems: tuple[Problem, ...] = (), grids: tuple[Grid, ...] = ()
) -> Document:
    lines, running = without_running_lines(pages) if len(pages) > 1 else (pages[0], ())
    return Document(name, *assemble(lines), running, problems, grids)


_READERS: dict[str, Callable[[bytes, str, Limits, OnStep | None], Document]] = {
    ".txt": _read_text,
    ".docx": _read_word,
    ".pdf": _read_pdf,
}
