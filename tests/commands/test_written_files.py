"""What a command writes where the user says: links and pipes stay what they are."""

import os
from threading import Thread

import pytest

WRITING = [["export"], ["return", "make", "WHO"]]


@pytest.mark.parametrize("words", WRITING)
def test_a_link_is_followed(filled, tmp_path, words):
    place, link = tmp_path / "place", tmp_path / "link"
    place.write_text("old" if words == ["export"] else "")  # a return takes the place of nothing that is written
    link.symlink_to(place)
    assert filled(*words, "--out", str(link)).exit_code == 0
    assert link.is_symlink()
    assert place.stat().st_size > 3
    assert not list(tmp_path.glob(".*.part"))


@pytest.mark.parametrize("words", WRITING)
def test_a_pipe_is_written_into(filled, tmp_path, words):
    pipe, read = tmp_path / "pipe", []
    os.mkfifo(pipe)
    # Both ends are held, so that nobody waits for ever where nothing is written.
    reader = os.open(pipe, os.O_RDWR)
    thread = Thread(target=lambda: read.append(os.read(reader, 10)))
    thread.start()
    done = filled(*words, "--out", str(pipe))
    os.write(reader, b"\n")
    thread.join()
    os.close(reader)
    assert (done.exit_code, pipe.is_fifo()) == (0, True)
    assert len(read[0]) == 10


def test_the_files_of_a_report_are_written_through_links(filled, tmp_path):
    folder, place = tmp_path / "out", tmp_path / "place.json"
    folder.mkdir()
    (folder / "quarterly-2026Q3.json").symlink_to(place)
    done = filled("report", "quarterly", "2026Q3", "--format", "json", "--out", str(folder))
    assert done.exit_code == 0, done.stderr
    assert (folder / "quarterly-2026Q3.json").is_symlink()
    assert place.stat().st_size > 100
