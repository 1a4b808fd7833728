"""Putting a report into a folder: whole files or none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from tracker.errors import WorldError
from tracker.files import AtomicFile

Content = Iterable[bytes]


def write_all(folder: Path, files: Iterable[tuple[str, Callable[[], Content]]]) -> list[Path]:
    """Write every file beside its place first, then put all into place; on a failure nothing is left behind.

    Files of the same name are replaced. Raises WorldError for a folder that cannot be written or a full disk.
    """
    drafts: list[tuple[AtomicFile, Path]] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files:
            draft = AtomicFile.of(folder / name)
            drafts.append((draft, folder / name))
            draft.write(content())
        for draft, _ in drafts:
            draft.put()
    except OSError as error:
        raise WorldError(
            f"the report cannot be written: {(error.strerror or str(error)).lower()}.",
            where=str(folder),
            remedy="Give a folder that can be written, with room on its disk (--out DIR); nothing was left there.",
        ) from error
    finally:
        for draft, _ in drafts:
            _discard(draft)
    return [target for _, target in drafts]


def _discard(draft: AtomicFile) -> None:
    try:
        draft.discard()
    except OSError:  # the folder itself is gone or closed; the first error has been said
        return


def once(content: Callable[[], bytes]) -> Callable[[], Iterator[bytes]]:
    """A file that is made as a whole, as chunks."""

    def chunks() -> Iterator[bytes]:
        yield content()

    return chunks
