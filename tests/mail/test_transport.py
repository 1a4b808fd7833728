"""The folder, and the choice of a transport by the settings."""

import os
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mail_servers import a_mail

from tracker.config import MailSettings, OfficeSettings, Settings
from tracker.domain.outbox import Answer, Event
from tracker.errors import BadDataError, WorldError
from tracker.mail.configured import envelope_sender, open_transport
from tracker.mail.folder import Folder, file_name
from tracker.mail.smtp import Smtp
from tracker.mail.transport import MailServerError


def forbidden():
    raise AssertionError("a folder has no window to mark")


def settings(tmp_path, **mail):
    return Settings(path=None, database=str(tmp_path / "register.db"), mail=MailSettings(**mail))


def test_a_mail_is_written_as_it_is(tmp_path):
    folder = Folder(tmp_path / "out" / "going")
    mail = a_mail(message=b"Subject: x\r\n\r\n.dots stay\r\n")
    answer = folder.send(mail, forbidden)
    [file] = folder.path.iterdir()
    assert answer == Answer(Event.ACCEPT, f"written to {file.name}")
    assert file.read_bytes() == mail.message
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_writing_again_is_no_second_mail(tmp_path):
    folder = Folder(tmp_path)
    folder.send(a_mail(), forbidden)
    folder.send(a_mail(), forbidden)
    folder.send(a_mail(2), forbidden)
    assert len(list(tmp_path.iterdir())) == 2


def test_a_folder_that_takes_nothing_is_the_worlds_fault(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(MailServerError, match=r"cannot be written: (not a directory|file exists)") as caught:
        Folder(tmp_path / "file").send(a_mail(), forbidden)
    assert caught.value.exit_status == 4


def test_nothing_half_written_is_left(tmp_path, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(MailServerError, match="no space left"):
        Folder(tmp_path).send(a_mail(), forbidden)
    assert list(tmp_path.iterdir()) == []


@given(st.text(min_size=1, max_size=200), st.text(min_size=1, max_size=200))
def test_file_names_are_safe_and_different(one, other):
    for key in (one, other):
        name = file_name(key)
        assert not set(name) - set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789@._-")
        assert not name.startswith(".")
        assert len(name) < 130
    assert (file_name(one) == file_name(other)) == (one == other)


def test_without_a_host_the_folder_beside_the_register(tmp_path):
    transport = open_transport(settings(tmp_path))
    assert transport == Folder(tmp_path / "outgoing")
    assert str(tmp_path / "outgoing") in transport.describe()


@pytest.mark.parametrize(("security", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
def test_a_host_is_spoken_to_on_its_usual_port(tmp_path, security, port):
    transport = open_transport(settings(tmp_path, host="mail.example.org", security=security))
    assert isinstance(transport, Smtp)
    assert transport.port == port
    assert f"mail.example.org:{port}" in transport.describe()


def test_a_password_never_goes_over_an_open_line(tmp_path):
    with pytest.raises(BadDataError, match="would expose the password"):
        open_transport(settings(tmp_path, host="mail.example.org", security="none", username="u", password="p"))


def test_a_login_needs_a_password(tmp_path):
    with pytest.raises(BadDataError, match="no password"):
        open_transport(settings(tmp_path, host="mail.example.org", username="u"))


def test_a_password_file_that_is_not_there(tmp_path):
    with pytest.raises(WorldError, match="cannot be read"):
        open_transport(settings(tmp_path, host="m.example.org", username="u", password_file=str(tmp_path / "none")))


def test_credentials_are_in_no_repr(tmp_path):
    transport = open_transport(settings(tmp_path, host="m.example.org", username="uuu", password="ppp"))
    assert "uuu" not in repr(transport)
    assert "ppp" not in repr(transport)
    assert "ppp" not in transport.describe()


def test_mail_comes_back_to_the_bare_address(tmp_path):
    assert envelope_sender(settings(tmp_path, sender="The Office <back@example.org>")) == "back@example.org"
    office = OfficeSettings(email="office@example.org")
    assert envelope_sender(Settings(path=None, database="x", office=office)) == "office@example.org"
