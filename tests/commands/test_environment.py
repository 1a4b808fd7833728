"""A variable of the environment that is nearly one of the program's is told; those of other programs are not."""

import pytest

from tracker.commands import environment


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
        "TRACKER_DATABSE_URL is set in the environment, and means nothing. Did you mean TRACKER_DATABASE_URL?"
    )
