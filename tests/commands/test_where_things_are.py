"""Where the register and the outgoing mails are, for each way of naming the register."""

import pytest

from tracker.config import load_settings
from tracker.errors import BadDataError


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


@pytest.mark.parametrize(
    ("url", "says"), [(r"r\u0000.db", "a character that none may hold"), ("~nobodyhere/r.db", "has a home folder")]
)
def test_what_can_be_no_path_is_a_sentence(url, says, tmp_path, monkeypatch):
    (tmp_path / "tracker.toml").write_text(f'[database]\nurl = "{url}"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadDataError, match=says):
        load_settings()
