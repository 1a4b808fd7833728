"""Files that cannot be read: one sentence that says what, where and what to do, and never a traceback."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from printed_pages import SAMPLE, Print, pdf_of, typeset, whole_paragraphs, word_with_typed_numbers

from tracker.errors import BadDataError, WorldError
from tracker.ingest.documents.reading import read_document
from tracker.ingest.notes.reading import read_note
from tracker.limits import Limits

PARAGRAPHS, NOTES = whole_paragraphs()
WORD = word_with_typed_numbers(PARAGRAPHS)
PDF = typeset(PARAGRAPHS, NOTES, gap=8)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def packed(parts: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(name, text)
    return out.getvalue()


def encrypted() -> bytes:
    """Only the flag that says so is set; nothing tries to open it."""
    content = bytearray(packed({"[Content_Types].xml": "x"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    return bytes(content)


PICTURE = b"""%PDF-1.4
1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj
2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj
3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R >>\nendobj
4 0 obj\n<< /Length 16 >>\nstream\n10 10 50 50 re f\nendstream\nendobj
trailer << /Root 1 0 R /Size 5 >>
%%EOF"""

CASES = [
    ("empty.txt", b"", "is empty", "Fetch"),
    ("blank.txt", b" \n\n\t\n", "holds no text", "Give the document"),
    ("picture.txt", bytes(range(32)) * 30, "is not a text", "proper ending"),
    ("zeros.txt", bytes(500), "is not a text", "proper ending"),
    ("half.txt", b"\xff\xfea\x00b", "begins with the mark of UTF-16, but is not", "UTF-8"),
    ("mark.txt", b"\xef\xbb\xbfabc\xff", "begins with the mark of UTF-8, but is not", "UTF-8"),
    ("pdf.txt", PDF, "is named .txt, but is a PDF", "Rename it to end in .pdf"),
    ("word.txt", WORD, "is named .txt, but is a Word file", "Rename it to end in .docx"),
    ("word.pdf", WORD, "is named .pdf, but is a Word file", "Rename"),
    ("text.pdf", b"Recommendation 1", "is named .pdf, but is not one", "Fetch"),
    ("text.docx", b"Recommendation 1", "is named .docx, but is not one", "Fetch"),
    ("old.doc", OLE, "has the ending '.doc'", "save it as .docx"),
    ("open.odt", b"PK\x03\x04", "has the ending '.odt'", "save it as .docx"),
    ("table.csv", b"No,To", "has the ending '.csv'", "--as register with --mapping FILE, or --as return"),
    ("table.ods", b"PK\x03\x04", "has the ending '.ods'", "--as register"),
    ("none", b"Recommendation 1", "has no ending", "save it as .docx"),
    ("old.docx", OLE, "old Word file (.doc) or protected by a password", "without a password"),
    ("cut.docx", WORD[: len(WORD) // 2], "not a whole Word file", "Fetch it again"),
    ("empty.docx", packed({"[Content_Types].xml": ""}), "not a whole Word file", "Fetch it again"),
    ("archive.docx", packed({"a.txt": "a"}), "packed archive, but not a Word file", "Unpack"),
    ("locked.docx", encrypted(), "protected by a password", "without the password"),
    ("cut.pdf", PDF[: len(PDF) // 2], "not a whole PDF", "Fetch"),
    ("mended.pdf", PDF.removesuffix(b"%%EOF\n"), "not a whole PDF", "Fetch"),
    ("begin.pdf", b"%PDF-1.7\n", "not a whole PDF", "Fetch"),
    ("scan.pdf", PICTURE, "is a picture of pages and holds no text", "text recognition"),
    ("blank.pdf", pdf_of([[Print(60, 700, " ")]]), "holds no text", "text recognition"),
    ("letter.txt", b"Dear colleague,\n\nsee recommendation 1.", "no line reads “Recommendation 1”", "Give the note"),
    ("report.txt", b"Recommendation 1\n\nExecutive heads should act.", "no numbered paragraph stands under", "comments"),
    ("other.txt", b"Recommendation 1\n\nExecutive heads should act.\n\n7. We walked on.", "names no report and takes no position", "the organizations"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "what", "remedy"), CASES, ids=[case[0] for case in CASES])
def test_refused(name, content, what, remedy, write):
    path = write(content, name)
    with pytest.raises(BadDataError) as caught:
        read_note(path)
    assert what in caught.value.what
    assert caught.value.where == name
    assert remedy in caught.value.remedy


def test_not_there(tmp_path):
    with pytest.raises(BadDataError, match="there is no such file"):
        read_document(tmp_path / "none.txt")


def test_below_a_file(write):
    with pytest.raises(BadDataError, match="there is no such file"):
        read_document(write("a") / "b.txt")


def test_folder(tmp_path):
    with pytest.raises(BadDataError, match="is a folder"):
        read_document(tmp_path)


def test_device():
    with pytest.raises(BadDataError, match="not a regular file"):
        read_document(Path("/dev/zero"))


def test_impossible_path():
    with pytest.raises(BadDataError, match="not a possible path"):
        read_document(Path("a\0b.txt"))


def test_name_too_long():
    with pytest.raises(WorldError, match="cannot be read"):
        read_document(Path("a" * 5000 + ".txt"))


@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied"), OSError(5, "Input/output error")])
def test_no_right_to_read(error, write, monkeypatch):
    path = write("Recommendation 1")

    def refuse(*_args, **_kwargs):
        raise error

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(WorldError, match=error.strerror):
        read_document(path)


def test_large_file(write):
    limits = Limits(document_bytes=1024)
    with pytest.raises(BadDataError, match=r"is larger than .* raise \[import\] document_mb"):
        read_document(write(b"a" * 1025), limits)
    assert read_document(write(b"a" * 1024), limits).paragraphs


def test_too_many_pages(write):
    with pytest.raises(BadDataError, match=r"has 2 pages.* raise \[import\] document_pages"):
        read_document(write(pdf_of([[Print(60, 700, "a")]] * 2), "a.pdf"), Limits(document_pages=1))


def test_too_many_characters(write):
    with pytest.raises(BadDataError, match=r"more than 10 characters.* raise \[import\] document_characters"):
        read_document(write(pdf_of([[Print(60, 700, "a long sentence")]]), "a.pdf"), Limits(document_characters=10))


def test_word_file_that_unpacks_to_gigabytes(write):
    """What the packed file says of itself is enough to refuse it; nothing of it is unpacked."""
    content = bytearray(packed({"[Content_Types].xml": "x", "word/media/a.png": "y"}))
    second = content.rindex(b"PK\x01\x02")
    content[second + 24 : second + 28] = (2**31).to_bytes(4, "little")
    path = write(bytes(content), "bomb.docx")
    assert path.stat().st_size < 1000
    with pytest.raises(BadDataError, match="would unpack to more than 300 MB"):
        read_document(path)


def test_limit_of_unpacking_is_not_below_a_real_file(write):
    with zipfile.ZipFile(io.BytesIO(WORD)) as package:
        size = sum(part.file_size for part in package.infolist())
    assert read_document(write(WORD, "a.docx"), Limits(document_unpacked=size)).paragraphs
    with pytest.raises(BadDataError, match=r"raise \[import\] document_unpacked_mb"):
        read_document(write(WORD, "a.docx"), Limits(document_unpacked=size - 1))


def test_a_line_of_characters_that_are_none(write):
    """A broken font: pdfium gives characters that stand for nothing."""
    prints = [Print(60, 700, "a line"), Print(60, 600, "\x01"), Print(60, 500, "another")]
    texts = [paragraph.text for paragraph in read_document(write(pdf_of([prints]), "a.pdf")).paragraphs]
    assert texts == ["a line another"]


def test_page_without_text_among_others_is_told(write):
    pages = [[Print(60, 700, "Some text.")], [Print(60, 700, "   ")]]
    assert read_document(write(PDF, "a.pdf")).problems == ()
    (problem,) = read_document(write(pdf_of(pages), "b.pdf")).problems
    assert problem.where == "b.pdf, page 2"
    assert "picture" in problem.what


def test_reading_leaves_the_file_alone(write):
    path = write(SAMPLE.read_bytes())
    before = path.stat().st_mtime_ns
    read_note(path)
    assert path.read_bytes() == SAMPLE.read_bytes()
    assert path.stat().st_mtime_ns == before
