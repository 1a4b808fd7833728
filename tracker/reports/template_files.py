"""The templates of reports: the office's own where it has one of that name, else the program's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError

from tracker.errors import BadDataError


@dataclass(frozen=True)
class Templates:
    """Folders in the order in which they are asked. Everything is escaped; an unknown name in one is an error."""

    folders: tuple[Path, ...]
    environment: Environment = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Make the environment once; a frozen record may do so only here."""
        environment = Environment(
            loader=FileSystemLoader([str(folder) for folder in self.folders]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        object.__setattr__(self, "environment", environment)

    def file(self, name: str) -> Path | None:
        """The first file of that name."""
        return next((folder / name for folder in self.folders if (folder / name).is_file()), None)

    def font_folders(self) -> list[Path]:
        """The folders `fonts` beside the templates, the office's own first."""
        return [folder / "fonts" for folder in self.folders if (folder / "fonts").is_dir()]

    def font_files(self) -> list[Path]:
        """Every font in them."""
        return [file for folder in self.font_folders() for file in sorted(folder.glob("*.[to]tf"))]

    def text(self, name: str, /, **context: Any) -> str:
        """A template filled in. Raises BadDataError where an office's own template is wrong."""
        return "".join(self.chunks(name, **context))

    def chunks(self, name: str, /, **context: Any) -> Iterator[str]:
        """The same piece by piece, for long reports."""
        try:
            yield from self.environment.get_template(name).generate(**context)
        except TemplateError as error:
            line = getattr(error, "lineno", None)
            place = str(self.file(name) or name) + (f", line {line}" if line else "")
            raise BadDataError(
                f"the template cannot be used: {error.message or type(error).__name__}.",
                where=place,
                remedy="Mend it, or remove it to use the program's own.",
            ) from None
