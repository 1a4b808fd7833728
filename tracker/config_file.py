"""The file `tracker.toml`: where it stands, what it holds, and which register it names.

It is the one named by `--config` or TRACKER_CONFIG; else the nearest `tracker.toml` from the current folder upwards;
else the one in the user's configuration folder; else there is none. Completion reads no more than this at every press
of the tab key, so that modules which few files need are imported where they are needed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

from tracker.domain.controls import texts_with_controls
from tracker.errors import BadDataError, WorldError
from tracker.records import record

FILE_NAME = "tracker.toml"
SQLITE = "sqlite:///"
_SECTIONS = {"office", "database", "mail", "mailbox", "import", "reminders", "report"}


@record
class ConfigFile:
    """What an office has written down; without a file nothing."""

    path: Path | None
    content: Mapping[str, Any]

    def section(self, name: str, known: AbstractSet[str]) -> Mapping[str, Any]:
        """One section, with none but known names in it. Raises BadDataError."""
        section = self.table(name)
        self._check_names(f"[{name}] ", section, known)
        return section

    def table(self, name: str) -> Mapping[str, Any]:
        """One section, whatever its names. Raises BadDataError where it is none."""
        table = self.content.get(name, {})
        if not isinstance(table, Mapping):
            raise self.mistake(f"{name} must be a section.", f"Write [{name}] on a line of its own.")
        return table

    def register(self, said: str | None = None) -> str:
        """The register's file or address: what the command line says, else the environment, else the file."""
        said = said or os.environ.get("TRACKER_DATABASE_URL")
        url = self.section("database", {"url"}).get("url")
        if url is not None and not isinstance(url, str):
            raise self.mistake("[database] url must be text.", 'Write url = "register.db".')
        if said or url is None:
            return said or _usual_register()
        if url.startswith(SQLITE):
            return SQLITE + str(self.beside(url.removeprefix(SQLITE)))
        return url if "://" in url else str(self.beside(url))

    def beside(self, name: str) -> Path:
        """A path as the file means it: relative to the folder in which the file stands."""
        return beside(self.path, name)

    def mistake(self, sentence: str, remedy: str) -> BadDataError:
        """What is wrong in the file, to be raised."""
        return BadDataError(sentence, where=str(self.path), remedy=remedy)

    def _check_names(self, place: str, table: Mapping[str, Any], known: AbstractSet[str]) -> None:
        for name in table.keys() - known:
            from tracker.domain.references import suggest

            remedy = suggest(name, known, f"Use one of {', '.join(sorted(known))}.")
            raise self.mistake(f"{place}{name} is not a setting.", remedy)


def read_config_file(named: Path | None = None) -> ConfigFile:
    """Find the file and read it; `named` is what the command line said. Raises BadDataError, or WorldError."""
    path = _find(named or (Path(os.environ["TRACKER_CONFIG"]) if os.environ.get("TRACKER_CONFIG") else None))
    file = ConfigFile(path, {} if path is None else _parse(path))
    for wrong in texts_with_controls(file.content):
        raise file.mistake(wrong, "Write it again.")
    file._check_names("", file.content, _SECTIONS)  # noqa: SLF001 - its own module
    return file


def beside(path: Path | None, name: str) -> Path:
    """A path as the file at `path` means it. Raises BadDataError for what can be no path."""
    where = None if path is None else str(path)
    if "\0" in name:
        raise BadDataError(
            "a path contains a character that is not allowed in one.", where=where, remedy="Write it again."
        )
    try:
        target = Path(name).expanduser()
    except RuntimeError:
        raise BadDataError(
            f"{name}: no user of that name has a home folder here.", where=where, remedy="Write the whole path."
        ) from None
    return target if target.is_absolute() or path is None else (path.parent / target).resolve()


def _find(named: Path | None) -> Path | None:
    if named is None:
        return next((place for place in _places() if place.is_file()), None)
    if not named.is_file():
        is_of_environment = os.environ.get("TRACKER_CONFIG") == str(named)
        raise BadDataError(
            "there is no such configuration file.",
            where=str(named),
            remedy="Check TRACKER_CONFIG." if is_of_environment else "Check --config.",
        )
    return named


def _places() -> Iterator[Path]:
    here = Path.cwd()
    yield from (folder / FILE_NAME for folder in (here, *here.parents))
    from platformdirs import user_config_path

    yield user_config_path("tracker") / FILE_NAME


def _usual_register() -> str:
    from platformdirs import user_data_path

    return str(user_data_path("tracker") / "register.db")


def _parse(path: Path) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise BadDataError(f"this is not TOML: {error}.", where=str(path), remedy="Correct that line.") from None
    except UnicodeDecodeError:
        raise BadDataError("this is not UTF-8.", where=str(path), remedy="Save it as UTF-8.") from None
    except OSError as error:
        raise WorldError(f"it cannot be read: {error.strerror}.", where=str(path)) from None
