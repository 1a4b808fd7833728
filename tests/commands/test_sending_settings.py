"""`tracker remind send` and `tracker run`: what is told of a mistake in [mail], and of a disk that is full."""

import json

import pytest
from mail_servers import Habits, mail_server
from sqlalchemy.exc import OperationalError

from tracker.store.mails import outbox

SERVER = '[mail]\nhost = "mail.example.org"\n'
MISTAKES = [
    ('security = "none"\nusername = "u"\npassword = "p"\n', 1, "[mail] a login without encryption would expose"),
    ('username = "u"\n', 1, "[mail] has a username and no password."),
    ('username = "u"\npassword_file = "none"\n', 4, "none: the mail password cannot be read."),
    ('ca_file = "none.pem"\n', 4, "none.pem: the authority's certificate cannot be read (No such file or directory)."),
    ('ca_file = "tracker.toml"\n', 4, "tracker.toml: the authority's certificate cannot be read ("),
]


def queued(run):
    return run("outbox", "list", "--json").stdout.strip()


@pytest.mark.parametrize("words", [("remind", "send", "--yes"), ("run", "--once")])
@pytest.mark.parametrize(("mistake", "status", "said"), MISTAKES)
def test_a_mistake_in_the_settings_queues_nothing(due, config, words, mistake, status, said):
    config(SERVER + mistake)
    done = due(*words)
    assert done.exit_code == status
    assert said in done.stderr
    assert queued(due) == "[]"


def test_a_certificate_that_is_away_is_told_with_the_setting_that_names_it(due, config):
    config(SERVER + 'ca_file = "none.pem"\n')
    assert due("remind", "send", "--yes").stderr.endswith("directory). Check [mail] ca_file.\n")


def test_a_line_that_is_not_encrypted_needs_no_certificate(due, config):
    with mail_server(Habits()) as port:
        config(f'[mail]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\nca_file = "none.pem"\n')
        assert due("remind", "send", "--yes").exit_code == 0


@pytest.mark.parametrize("words", [("remind", "send", "--yes"), ("run", "--once")])
def test_a_disk_that_is_full_after_a_mail_went_out_does_not_say_that_nothing_was_changed(
    due, config, monkeypatch, words
):
    def full(*_, **__):
        raise OperationalError("UPDATE", {}, Exception("database or disk is full"))

    if words[0] == "run":
        config('[mail]\nhost = "127.0.0.1"\nport = 9\nsecurity = "none"\n')
        assert due("remind", "send", "--yes").exit_code == 4
    habits = Habits()
    monkeypatch.setattr(outbox, "settle", full)
    with mail_server(habits) as port:
        config(f'[mail]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n')
        done = due(*words)
    assert (done.exit_code, len(habits.received)) == (4, 1)
    assert done.stderr.endswith(
        "the disk is full. Make room and try again; what is queued stays queued; what may have been sent is in "
        "tracker outbox list.\n"
    )
    assert [mail["state"] for mail in json.loads(queued(due))] == ["transmitting"]


UNSET = "[office] email is not set, so that answers are asked for at oversight@example.org, which nobody reads."
ASKING = [
    ("remind", "preview"),
    ("remind", "send", "--dry-run"),
    ("remind", "send", "--yes"),
    ("return", "make", "WHO"),
]


@pytest.mark.parametrize("words", ASKING)
def test_answers_are_not_asked_for_at_an_address_that_nobody_has_set_without_a_word(due, config, words):
    done = due(*words)
    assert done.exit_code == 0
    assert f'{UNSET} Write into a file tracker.toml: [office], and on the next line email = "…".\n' in done.stderr
    config('[office]\nname = "Joint Review Office"\n')
    assert "tracker.toml: [office], and on the next line" in due("return", "make", "WHO").stderr
    for own in ("email", "reply_to"):
        config(f'[office]\n{own} = "office@jro.example.org"\n')
        assert UNSET not in due(*words).stderr


def test_all_is_not_well_where_mails_leave_for_a_server_without_the_address_of_an_office(due, config):
    done = due("status")
    assert (done.exit_code, "All is well." in done.stderr) == (0, True)
    assert "office        Oversight Office, oversight@example.org; no tracker.toml was found\n" in done.stdout
    config(SERVER)
    done = due("status")
    assert done.exit_code == 4
    assert UNSET in done.stderr
    config(f'{SERVER}[office]\nname = "Joint Review Office"\nemail = "office@jro.example.org"\n')
    done = due("status")
    assert UNSET not in done.stderr
    assert "office        Joint Review Office, office@jro.example.org; by " in done.stdout
