"""Putting a report into a folder: whole files or none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from tracker.errors import WorldError

Content = Iterable[bytes]


def write_all(folder: Path, files: Iterable[tuple[str, Callable[[], Content]]]) -> list[Path]:
    """Write every file beside its place first, then put all into place; on a failure nothing is left behind.

    Files of the same name are replaced. Raises WorldError for a folder that cannot be written or a full disk.
    """
    parts: list[tuple[Path, Path]] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files:
            part = folder / f".{name}.part"
            parts.append((part, folder / name))
            _write(part, content())
        for part, target in parts:
            part.replace(target)
    except OSError as error:
        raise WorldError(
            f"the report cannot be written: {(error.strerror or str(error)).lower()}.",
            where=str(folder),
            remedy="Give a folder that can be written, with room on its disk (--out DIR); nothing was left there.",
        ) from error
    finally:
        for part, _ in parts:
            _discard(part)
    return [target for _, target in parts]


def _write(path: Path, chunks: Content) -> None:
    with path.open("wb") as file:
        for chunk in chunks:
            file.write(chunk)


def _discard(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:  # the folder itself is gone or closed; the first error has been said
        return


def once(content: Callable[[], bytes]) -> Callable[[], Iterator[bytes]]:
    """A file that is made as a whole, as chunks."""

    def chunks() -> Iterator[bytes]:
        yield content()

    return chunks
