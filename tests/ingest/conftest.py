from __future__ import annotations

from pathlib import Path

import pytest
from printed_pages import SAMPLE

from tracker.ingest.notes.reading import read_note

SHARED = Path(__file__).resolve().parents[3] / "shared" / "documents"


@pytest.fixture
def shared_documents() -> Path:
    """Documents that are not ours to copy; a checkout on its own does not have them."""
    if not SHARED.is_dir():
        pytest.skip("the shared documents are not beside this checkout")
    return SHARED


@pytest.fixture(scope="session")
def sample_note():
    return read_note(SAMPLE)


@pytest.fixture
def write(tmp_path):
    """Write a file and return its path."""

    def _write(content: str | bytes, name: str = "A_80_901_Add.1.txt") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return _write
