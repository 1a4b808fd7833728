"""The templates of reports: the office's own where it has one of that name, else the program's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from traceback import extract_tb
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, TemplateSyntaxError

from tracker.errors import BadDataError, TrackerError


@dataclass(frozen=True)
class Templates:
    """Folders in the order in which they are asked. Everything is escaped; an unknown name in one is an error."""

    folders: tuple[Path, ...]
    environment: Environment = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Make the environment once; a frozen record may do so only here."""
        environment = Environment(
            loader=_Loader([str(folder) for folder in self.folders]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        object.__setattr__(self, "environment", environment)

    def file(self, name: str) -> Path | None:
        """The first file of that name. Raises BadDataError where a folder stands in its place."""
        return _first(self.folders, name)

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
        except TrackerError:
            raise
        except Exception as error:
            place = self._place(error) or (str(self.file(name)) if isinstance(error, TemplateError) else None)
            if place is None:
                raise  # it is the program that is wrong, not a template of the office
            said = error.message if isinstance(error, TemplateError) else str(error)
            raise BadDataError(
                f"the template cannot be used: {(said or type(error).__name__).rstrip('.')}.",
                where=place,
                remedy="Correct it, or remove it to use the program's own.",
            ) from None

    def _place(self, error: Exception) -> str | None:
        """File and line of the office's own template that an error comes from; None where it comes from none."""
        if isinstance(error, TemplateSyntaxError):
            return f"{error.filename or error.name}, line {error.lineno}"
        own = {str(folder) for folder in self.folders[:-1]}
        frames = [frame for frame in extract_tb(error.__traceback__) if str(Path(frame.filename).parent) in own]
        return f"{frames[-1].filename}, line {frames[-1].lineno}" if frames else None


class _Loader(FileSystemLoader):
    """Finds templates, those that others include as well."""

    def get_source(self, environment: Environment, template: str) -> Any:
        """Read one. Raises BadDataError where that cannot be done."""
        file = _first([Path(folder) for folder in self.searchpath], template)
        try:
            return super().get_source(environment, template)
        except UnicodeDecodeError:
            raise BadDataError("this is not UTF-8.", where=str(file), remedy="Save it as UTF-8.") from None


def _first(folders: Iterable[Path], name: str) -> Path | None:
    found = next((folder / name for folder in folders if (folder / name).exists()), None)
    if found is not None and found.is_dir():
        raise BadDataError(
            "this is a folder, where the file of a template belongs.",
            where=str(found),
            remedy="Remove it, or give it another name.",
        )
    return found
