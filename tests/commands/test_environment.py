"""A variable of the environment that is nearly one of the program's is told; those of other programs are not."""

import pytest
from command_table import commands
from typer.main import get_command

from tracker.commands import app
from tracker.commands.syntax import environment


@pytest.mark.parametrize(
    ("set_to", "meant"),
    [
        ("TRACKER_DATABSE_URL", "TRACKER_DATABASE_URL"),
        ("TRACKER_DATABASE", "TRACKER_DATABASE_URL"),
        ("TRACKER_CONFG", "TRACKER_CONFIG"),
        ("TRACKER_MAILBOX_PASSWORD_FIL", "TRACKER_MAILBOX_PASSWORD_FILE"),
        ("TRACKER_DATABASE_URL", None),
        ("TRACKER_MAILBOX", None),
        ("TRACKER_DEBUG", None),
        ("TRACKER_USE_LOG_FILES", None),
        ("DATABSE_URL", None),
    ],
)
def test_what_is_nearly_a_variable_of_ours_is_found(set_to, meant, monkeypatch):
    monkeypatch.setenv(set_to, "elsewhere.db")
    assert list(environment.mistyped()) == ([(set_to, meant)] if meant else [])


def test_it_is_said_before_any_command_and_changes_nothing(run, monkeypatch):
    before = run("list", "--json")
    monkeypatch.setenv("TRACKER_DATABSE_URL", "elsewhere.db")
    done = run("list", "--json")
    assert done.stdout == before.stdout
    assert done.stderr.splitlines()[0] == (
        "The environment variable TRACKER_DATABSE_URL is not known. Did you mean TRACKER_DATABASE_URL?"
    )


def test_every_variable_that_an_option_reads_is_known():
    params = [*get_command(app).params, *(param for leaf in commands().values() for param in leaf.params)]
    read = {param.envvar for param in params if param.envvar}
    assert "TRACKER_MAILBOX" in read
    assert read <= {f"TRACKER_{name}" for name in environment._NAMES}
