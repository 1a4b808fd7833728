"""Where the migrations and the templates are: inside the wheel, or beside the package in a checkout."""

from importlib.resources import files
from pathlib import Path

from tracker.errors import WorldError


def migrations() -> Path:
    """The folder of Alembic's scripts."""
    return _find("migrations", witness="env.py")


def templates() -> Path:
    """The folder of the templates of mails and reports."""
    return _find("templates", witness="mail")


def _find(name: str, *, witness: str) -> Path:
    package = Path(str(files("tracker")))
    places = [package / f"_{name}", package.parent / name]
    for place in places:
        if (place / witness).exists():
            return place
    raise WorldError(
        f"the program's {name} are neither in {places[0]} nor in {places[1]}.",
        remedy="Install the program again.",
    )
