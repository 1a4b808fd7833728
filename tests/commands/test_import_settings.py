"""[import] and [mailbox] of tracker.toml: read once, refused with a sentence, overridden by the environment."""

import json
from email.message import EmailMessage

import builders as b
import pytest
import register_files
from filled_returns import fill
from imap_server import serving

from tracker.config import load_settings
from tracker.domain.returns import Field
from tracker.errors import WorldError
from tracker.limits import MB, SETTINGS, Limits


@pytest.fixture
def config(tmp_path, monkeypatch, sqlite_url):
    """Write the configuration in the current folder; the register of the test stays the register."""
    monkeypatch.chdir(tmp_path)
    for name in ("TRACKER_MAILBOX", "TRACKER_MAILBOX_PASSWORD", "TRACKER_MAILBOX_PASSWORD_FILE"):
        monkeypatch.delenv(name, raising=False)

    def _write(text):
        (tmp_path / "tracker.toml").write_text(text, encoding="utf-8")
        return tmp_path / "tracker.toml"

    return _write


def test_every_limit_has_a_setting_and_the_units_are_those_of_its_name(config):
    config("[import]\n" + "\n".join(f"{name} = 7" for name in SETTINGS))
    limits = load_settings().limits
    for name, (field, unit) in SETTINGS.items():
        assert unit == (MB if name.endswith("_mb") else 1)
        assert getattr(limits, field) == 7 * unit
    assert {field for field, _ in SETTINGS.values()} == set(Limits.__dataclass_fields__)


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ("[import]\nrow = 5", "[import] row is not a setting. Did you mean rows?"),
        ("[import]\nrows = 0", "[import] rows is 0, so nothing could be read."),
        ("[import]\nrows = 'many'", "[import] rows must be a whole number, not 'many'."),
        ("[import]\nrows = true", "[import] rows must be a whole number, not True."),
        ("[mailbox]\nhost = 'mail.example.org'", "[mailbox] has a host and no username."),
        ("[mailbox]\nhots = 'x'", "[mailbox] hots is not a setting. Did you mean host?"),
        ("[mailbox]\nsecurity = 'ssl'", "[mailbox] security is “ssl”. Use one of starttls, tls, none."),
        ("[mailbox]\nport = 70000", "[mailbox] port is 70000. Use a number from 1 to 65535."),
        ("[mailbox]\nport = '993'", "[mailbox] port must be a whole number, not '993'."),
        ("[mailbox]\ntimeout = 0", "[mailbox] timeout is 0."),
        (
            "[mailbox]\nhost = 'mail.example.org'\nusername = 'a'\nsecurity = 'none'",
            "[mailbox] a login without encryption would expose the password.",
        ),
        ("[mail]\nport = 0", "[mail] port is 0. Use a number from 1 to 65535."),
        ("[mail]\nhost = ''", "[mail] host is “”, which is not a server name."),
        ("[mail]\nhost = 'mail..example.org'", "[mail] host is “mail..example.org”, which is not a server name."),
        ("[mailbox]\nhost = 'mail..example.org'", "[mailbox] host is “mail..example.org”, which is not a server name"),
        ("[mail]\ntimeout = 10000000000", "[mail] timeout is 10000000000. Give seconds, from 1 to 3600."),
        ("[mail]\nfrom = 'not an address'", "[mail] from is “not an address”, which is not an email address."),
        (
            "[office]\nemail = 'büro@example.org'",
            "[office] email is “büro@example.org”, which is not an email address.",
        ),
        ("[report]\ntemplates = 5", "[report] templates must be text, not 5."),
        ("[office]\nname = ' '", "[office] name is empty."),
        ("[office]\nlanguage = 'xx'", "[office] language is “xx”, which is not a known language."),
        ("[office]\nlanguage = 'fr-CH'", "[office] language is “fr-CH”, which is not a known language."),
    ],
)
def test_a_mistake_is_a_sentence(run, config, toml, says):
    path = config(toml)
    done = run("list")
    assert done.exit_code == 1
    assert f"{path}: {says}" in done.stderr


def test_a_configuration_may_begin_as_notepad_begins_it(config):
    path = config("")
    path.write_text("[office]\nname = 'Büro'\nlanguage = 'fr'\n", encoding="utf-8-sig")
    assert (load_settings().office.name, load_settings().office.language) == ("Büro", "fr")


def test_a_password_that_is_not_utf8_is_a_sentence(config):
    config("[mail]\nhost = 'mail.example.org'\nusername = 'a'\npassword_command = \"printf '\\\\377'\"")
    with pytest.raises(WorldError, match=r"what \[mail\] password_command writes is not UTF-8"):
        load_settings().mail.secret()


@pytest.mark.parametrize(
    ("toml", "command", "says"),
    [
        ("rows = 2", ["import", "r.csv", "--as", "register", "--mapping", "mapping.toml"], "has more than 2 rows."),
        ("columns = 3", ["import", "r.csv", "--as", "register", "--guess"], "has 8 columns; at most 3 are read."),
        (
            "cell_characters = 5",
            ["import", "r.csv", "--as", "register", "--mapping", "mapping.toml"],
            "r.csv, row 1, column 7: holds 14 characters; at most 5 are read.",
        ),
        ("document_mb = 1", ["import", "big.txt"], "is larger than 1 MB, the limit for a note."),
        ("return_mb = 1", ["return", "read", "big.xlsx", "--yes"], "is larger than 1 MB, the limit for a return."),
        (
            "register_mb = 1",
            ["reconcile", "big.csv", "--mapping", "mapping.toml"],
            "has 1.1 MB; at most 1 MB are read.",
        ),
    ],
)
def test_a_limit_is_kept_and_its_sentence_names_the_setting(
    run, config, tmp_path, sqlite_register, toml, command, says
):
    config(f"[import]\n{toml}\n")
    register_files.mapping(tmp_path)
    register_files.write(tmp_path, "r.csv", register_files.csv_text(*register_files.ROWS))
    for name in ("big.txt", "big.xlsx", "big.csv"):
        (tmp_path / name).write_bytes(b"a" * (MB + 100_000))
    done = run(*command)
    assert done.exit_code == 1
    assert says in done.stderr
    assert f"raise [import] {toml.partition(' ')[0]} in tracker.toml." in done.stderr


def filled_mail(run, tmp_path):
    """A mail of WHO's focal point, with the return filled in."""
    assert run("return", "make", "WHO", "--out", str(tmp_path / "who.xlsx")).exit_code == 0
    said = {f"{b.SYMBOL}/R1": {Field.ACCEPTANCE: "Accepted"}}
    message = EmailMessage()
    message["From"], message["Message-ID"] = "ann@who.example.org", "<1@who.example.org>"
    content = fill((tmp_path / "who.xlsx").read_bytes(), said)
    message.add_attachment(content, maintype="application", subtype="x", filename="who.xlsx")
    return message.as_bytes()


@pytest.fixture
def mail(sqlite_register, run, tmp_path, config):
    b.organizations(sqlite_register, "WHO")
    b.report(sqlite_register)
    officer = ("--post", "focal-point", "--name", "Ann", "--email", "ann@who.example.org", "--from", "2020-01-01")
    assert run("officer", "add", "WHO", *officer).exit_code == 0
    return filled_mail(run, tmp_path)


def settings_for(server, more=""):
    return (
        f'[mailbox]\nhost = "127.0.0.1"\nport = {server.server_address[1]}\nsecurity = "none"\n'
        f'username = "office@example.org"\n{more}\n'
    )


def queued(done):
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)["queued"]


@pytest.mark.parametrize("kept", ['password = "secret"', 'password_file = "key"', 'password_command = "cat key"'])
def test_the_mailbox_of_the_configuration(run, config, tmp_path, mail, kept):
    """The file of the password stands beside the configuration, wherever the program is called."""
    (tmp_path / "key").write_text("secret\n", encoding="utf-8")
    with serving([mail]) as server:
        config(settings_for(server, kept))
        assert queued(run("return", "fetch", "--json")) == 1
        assert 'EXAMINE "INBOX"' in " ".join(server.commands)


def test_another_folder_of_the_mailbox(run, config, mail):
    with serving([mail]) as server:
        config(settings_for(server, 'password = "secret"\nfolder = "Answers"'))
        done = run("return", "fetch")
    assert done.exit_code == 4
    assert "the mailbox has no folder “Answers”." in done.stderr


def test_a_folder_of_files_without_a_host(run, config, tmp_path, mail):
    (tmp_path / "mails").mkdir()
    (tmp_path / "mails" / "1.eml").write_bytes(mail)
    config('[mailbox]\nfolder = "mails"\n')
    assert queued(run("return", "fetch", "--json")) == 1


def test_the_environment_goes_before_the_configuration(run, config, tmp_path, mail, monkeypatch):
    with serving([mail]) as server:
        config(settings_for(server, 'password = "wrong"'))
        monkeypatch.setenv("TRACKER_MAILBOX_PASSWORD", "secret")
        assert queued(run("return", "fetch", "--dry-run", "--json")) == 1
        (tmp_path / "key").write_text("wrong as well", encoding="utf-8")
        monkeypatch.setenv("TRACKER_MAILBOX_PASSWORD_FILE", str(tmp_path / "key"))
        assert "refuses the login" in run("return", "fetch").stderr
    (tmp_path / "mails").mkdir()
    monkeypatch.setenv("TRACKER_MAILBOX", str(tmp_path / "mails"))
    assert queued(run("return", "fetch", "--json")) == 0


def test_a_file_of_the_environment_that_cannot_be_read(run, config, monkeypatch, mail):
    monkeypatch.setenv("TRACKER_MAILBOX_PASSWORD_FILE", "nowhere")
    done = run("return", "fetch", "imaps://office@example.org/INBOX")
    assert done.exit_code == 4
    assert "nowhere: the mail password cannot be read. Check TRACKER_MAILBOX_PASSWORD_FILE." in done.stderr


def test_the_password_goes_to_its_own_server_only(run, config, mail):
    """A server that is named on the command line is not given the password that was kept for another."""
    with serving([mail]) as server, serving([mail]) as other:
        config(settings_for(server, 'password = "secret"').replace("127.0.0.1", "localhost"))
        done = run("return", "fetch", other.address)
        assert done.exit_code == 2
        assert "the mailbox needs a password." in done.stderr
        assert other.commands == []


def test_an_authority_that_is_not_there(run, config, mail):
    config('[mailbox]\nhost = "127.0.0.1"\nusername = "a"\npassword = "x"\nca_file = "none.pem"\n')
    done = run("return", "fetch")
    assert done.exit_code == 4
    assert "none.pem: the authority's certificate cannot be read (No such file or directory)." in done.stderr


def test_nothing_is_said_of_where_the_answers_come_in(run, config, sqlite_register):
    done = run("return", "fetch")
    assert done.exit_code == 2
    assert "no mailbox is given." in done.stderr
    assert "[mailbox] in tracker.toml" in done.stderr
