"""Where the register, the outgoing mails and unfinished reviews are, for each way of naming the register."""

import pytest

from tracker.config import load_settings
from tracker.errors import BadDataError
from tracker.store.database.engine import database_url, name_of


@pytest.mark.parametrize("prefix", ["", "sqlite:///"])
def test_mails_go_beside_the_register_however_it_is_named(prefix, tmp_path):
    settings = load_settings(None, f"{prefix}{tmp_path}/register.db")
    assert settings.outgoing == tmp_path / "outgoing"


@pytest.mark.parametrize("prefix", ["", "sqlite:///"])
def test_a_register_in_the_configuration_is_beside_it(prefix, tmp_path, monkeypatch):
    (tmp_path / "tracker.toml").write_text(f'[database]\nurl = "{prefix}register.db"\n', encoding="utf-8")
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    settings = load_settings()
    assert settings.database == f"{prefix}{tmp_path}/register.db"
    assert settings.outgoing == tmp_path / "outgoing"


def test_an_unfinished_review_waits_under_the_name_of_its_register():
    def named(address):
        return name_of(database_url(address))

    assert named("somewhere/register.db") == named("sqlite:///elsewhere/register.db") == "register.db"
    here = named("postgresql://quist:secret@db.example.org/register")
    assert named("postgresql://maas@db.example.org/register") == here, "who logs in makes no other register"
    assert named("postgresql://quist:secret@db.example.org/other") != here


@pytest.mark.parametrize(
    ("url", "says"), [(r"r\u0000.db", "a character that is not allowed"), ("~nobodyhere/r.db", "has a home folder")]
)
def test_what_can_be_no_path_is_a_sentence(url, says, tmp_path, monkeypatch):
    (tmp_path / "tracker.toml").write_text(f'[database]\nurl = "{url}"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadDataError, match=says):
        load_settings()
