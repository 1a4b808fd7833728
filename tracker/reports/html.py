"""The report as one HTML page: nothing is fetched, it prints well, and it says everything without a script."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

from tracker.reports.document import Document
from tracker.reports.template_files import Templates

_LOGOS = {"logo.svg": "image/svg+xml", "logo.png": "image/png"}


def html_chunks(document: Document, templates: Templates) -> Iterator[bytes]:
    """The page piece by piece, UTF-8, so that a long annex is never in memory as a whole."""
    pending: list[str] = []
    for chunk in templates.chunks("report.html", document=document, logo=logo_address(templates)):
        pending.append(chunk)
        if len(pending) > 500:  # the template yields a few characters at a time
            yield "".join(pending).encode()
            pending.clear()
    yield "".join(pending).encode()


def logo_file(templates: Templates) -> Path | None:
    """The office's logo, `logo.svg` or `logo.png` beside its templates; the program has none of its own."""
    return next((found for name in _LOGOS if (found := templates.file(name)) is not None), None)


def logo_address(templates: Templates) -> str | None:
    """The logo inside the page itself, as a data address."""
    file = logo_file(templates)
    if file is None:
        return None
    return f"data:{_LOGOS[file.name]};base64,{base64.b64encode(file.read_bytes()).decode()}"
