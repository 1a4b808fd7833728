"""`tracker remind send` and `tracker run`: a mistake in [mail] is told before anything is composed."""

import pytest

HEAD = ("officer", "add", "WHO", "--post", "executive-head", "--name", "Ada Holder", "--email", "ada@who.example.org")
SERVER = '[mail]\nhost = "mail.example.org"\n'
MISTAKES = [
    ('security = "none"\nusername = "u"\npassword = "p"\n', 1, "[mail] a login over an open line would give"),
    ('username = "u"\n', 1, "[mail] has a username and no password."),
    ('username = "u"\npassword_file = "none"\n', 4, "none: the mail password cannot be read."),
]


@pytest.fixture
def due(filled):
    """WHO has a head and one recommendation that was due long ago."""
    assert filled(*HEAD, "--from", "2020-01-01").exit_code == 0
    done = filled("update", "A/80/501/R1", "WHO", "--to", "accepted", "--due", "2025-06-30", "--on", "2025-06-01")
    assert done.exit_code == 0, done.stderr
    return filled


@pytest.fixture
def config(tmp_path, monkeypatch):
    """Write a tracker.toml that the commands take."""

    def write(text):
        path = tmp_path / "tracker.toml"
        path.write_text(text, encoding="utf-8")
        monkeypatch.setenv("TRACKER_CONFIG", str(path))

    return write


def queued(run):
    return run("outbox", "list", "--json").stdout.strip()


@pytest.mark.parametrize("words", [("remind", "send", "--yes"), ("run", "--once"), ("run",)])
@pytest.mark.parametrize(("mistake", "status", "said"), MISTAKES)
def test_a_mistake_in_the_settings_queues_nothing(due, config, words, mistake, status, said):
    config(SERVER + mistake)
    done = due(*words)
    assert done.exit_code == status
    assert said in done.stderr
    assert queued(due) == "[]"
