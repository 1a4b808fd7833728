"""Evidence: links as they are, files copied whole under their checksum, readable by their owner only."""

import hashlib
import os
import stat

import builders as b
import pytest

from tracker.domain.updates import Update
from tracker.domain.vocabulary import Acceptance, Implementation
from tracker.errors import BadDataError, RefusedError
from tracker.services import corrections, evidence, updates
from tracker.services.evidence import take_evidence
from tracker.services.upkeep import kept_evidence


@pytest.fixture
def store(tmp_path):
    return tmp_path / "evidence"


def files(store):
    return [path for path in store.rglob("*") if path.is_file()]


def test_a_file_is_kept_under_its_checksum_and_once(store, tmp_path):
    for name in ("policy.pdf", "the same.pdf"):
        (tmp_path / name).write_bytes(b"policy")
    first, second = take_evidence([str(tmp_path / "policy.pdf"), str(tmp_path / "the same.pdf")], store)
    digest = hashlib.sha256(b"policy").hexdigest()
    assert (first.location, first.sha256, first.size) == ("policy.pdf", digest, 6)
    assert (second.location, second.sha256) == ("the same.pdf", digest)
    (kept,) = files(store)
    assert kept == store / digest[:2] / digest
    assert kept.read_bytes() == b"policy"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_ctrl_c_leaves_no_half_of_a_file_with_the_evidence(store, tmp_path, monkeypatch):
    def interrupted(_):
        raise KeyboardInterrupt

    (tmp_path / "policy.pdf").write_text("policy")
    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        take_evidence([str(tmp_path / "policy.pdf")], store)
    assert [path for path in store.rglob("*") if path.is_file()] == []


def test_a_link_is_kept_as_it_is(store):
    (link,) = take_evidence(["HTTPS://example.org/a%20b?c=d#e"], store)
    assert (link.location, link.sha256) == ("HTTPS://example.org/a%20b?c=d#e", None)
    assert not store.exists()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("no-such-file.pdf", "there is no such file"),
        ("no-such-folder/file.pdf", "there is no such file"),
        ("", "a piece of evidence is empty"),
        ("  ", "a piece of evidence is empty"),
        (".", "it is a folder. Give the files in it"),
        ("/dev/null", "it is a device or a pipe"),
        ("http://", "“http://” names no server. Write it in full"),
        ("https:///policy", "names no server"),
        ("https://?q=1", "names no server"),
        ("https://...", "names no server"),
        ("https://[::1", "names no server"),
        ("https://example.org/a b", "contains blanks"),
        ("https://example.org/a\nb", "contains blanks"),
        ("javascript:alert(1)", "there is no such file"),
        ("file:///etc/passwd", "the link “file:///etc/passwd” is of no web page"),
        ("ftp://example.org/a", "the link “ftp://example.org/a” is of no web page. Give one that begins with https://"),
    ],
)
def test_what_is_no_evidence_is_refused(store, given, says):
    with pytest.raises(BadDataError, match=says):
        take_evidence([given], store)
    assert not store.exists()


def test_a_symbolic_link_is_not_followed(store, tmp_path):
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "proof.pdf").symlink_to("secret.txt")
    with pytest.raises(BadDataError, match=r"proof.pdf: it is a symbolic link to secret.txt. Give the file itself."):
        take_evidence([str(tmp_path / "proof.pdf")], store)
    (tmp_path / "nowhere.pdf").symlink_to("gone.txt")
    with pytest.raises(BadDataError, match=r"it is a symbolic link to gone\.txt"):
        take_evidence([str(tmp_path / "nowhere.pdf")], store)
    assert not store.exists()


def test_a_folder_may_be_reached_by_a_link(store, tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "proof.pdf").write_bytes(b"proof")
    (tmp_path / "away").symlink_to("real")
    assert take_evidence([str(tmp_path / "away" / "proof.pdf")], store)[0].location == "proof.pdf"


def test_a_pipe_is_not_waited_for(store, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(BadDataError, match="it is a device or a pipe"):
        take_evidence([str(tmp_path / "pipe")], store)


def test_a_file_that_is_too_large_is_refused_before_it_is_read(store, tmp_path, monkeypatch):
    monkeypatch.setattr(evidence, "MAX_BYTES", 1024 * 1024)
    with (tmp_path / "film.mp4").open("wb") as file:
        file.truncate(3 * 1024 * 1024)
    with pytest.raises(BadDataError, match=r"it has 3 MB; evidence may have 1 MB. Give a link to it instead"):
        take_evidence([str(tmp_path / "film.mp4")], store)


def test_an_empty_file_is_no_evidence(store, tmp_path):
    (tmp_path / "scan.pdf").touch()
    with pytest.raises(BadDataError, match=r"scan\.pdf: it is empty"):
        take_evidence([str(tmp_path / "scan.pdf")], store)


def test_a_file_that_grows_while_it_is_read_is_read_no_further_than_it_may_be(store, tmp_path, monkeypatch):
    monkeypatch.setattr(evidence, "MAX_BYTES", 1024)
    monkeypatch.setattr(evidence, "_check", lambda *_: None)  # looked at before it had grown
    (tmp_path / "log.txt").write_bytes(b"x" * 2_000)
    with pytest.raises(BadDataError, match="it has 0 MB; evidence may have"):
        take_evidence([str(tmp_path / "log.txt")], store)


def test_a_file_that_changes_between_two_looks_is_neither_kept_nor_named(register, store, tmp_path, monkeypatch):
    b.organizations(register, "WHO")
    b.report(register)
    states = iter([b"first", b"second"])
    monkeypatch.setattr(evidence, "_read", lambda _: next(states))
    with pytest.raises(BadDataError, match=r"draft\.odt: it changed while it was read"):
        updates.update(
            register, updates.Selection("501/R1", ("WHO",)), Update(b.TODAY), b.who(), evidence=["draft.odt"],
            evidence_store=store,
        )  # fmt: skip
    assert b.follow_up(register, "501/R1", "WHO").evidence == ()
    assert not store.exists()


def test_a_dry_run_keeps_no_file(store, tmp_path):
    (tmp_path / "policy.pdf").write_bytes(b"policy")
    assert take_evidence([str(tmp_path / "policy.pdf")], store, dry_run=True)[0].size == 6
    assert not store.exists()


def test_evidence_stands_in_for_a_note_and_is_shown(register, store, tmp_path):
    (tmp_path / "policy.pdf").write_bytes(b"policy")
    b.organizations(register, "WHO")
    b.report(register)
    b.move(register, "501/R1", "WHO", to=Acceptance.ACCEPTED)
    wanted = Update(b.TODAY, Implementation.IMPLEMENTED)
    one = updates.Selection("501/R1", ("WHO",))
    with pytest.raises(RefusedError, match=r"needs a note or evidence"):
        updates.update(register, one, wanted, b.who(), evidence_store=store)
    given = [str(tmp_path / "policy.pdf"), "https://example.org/policy"]
    updates.update(register, one, wanted, b.who(), evidence=given, evidence_store=store)
    row = b.follow_up(register, "501/R1", "WHO")
    assert [item.location for item in row.evidence] == ["policy.pdf", "https://example.org/policy"]
    corrections.undo(register, b.who())
    assert b.follow_up(register, "501/R1", "WHO").evidence == ()
    assert files(store), "a file that was evidence once is not deleted"


def test_the_same_evidence_given_twice_to_one_command_is_one(register, store, tmp_path):
    (tmp_path / "policy.pdf").write_bytes(b"policy")
    b.organizations(register, "WHO")
    b.report(register)
    given = [str(tmp_path / "policy.pdf"), f"{tmp_path}/./policy.pdf", "https://example.org/a", "https://example.org/a"]
    one = updates.Selection("501/R1", ("WHO",))
    updates.update(register, one, Update(b.TODAY), b.who(), evidence=given, evidence_store=store)
    row = b.follow_up(register, "501/R1", "WHO")
    assert [item.location for item in row.evidence] == ["policy.pdf", "https://example.org/a"]


@pytest.mark.parametrize(("folder", "file"), [(0o2770, 0o640), (0o755, 0o600), (0o700, 0o600)])
def test_what_is_given_in_a_folder_of_a_group_the_group_may_read(store, tmp_path, folder, file):
    store.mkdir()
    store.chmod(folder)
    (tmp_path / "plan.pdf").write_bytes(b"the plan")
    (item,) = take_evidence([str(tmp_path / "plan.pdf")], store)
    place = evidence.place_of(item.sha256, store)
    assert stat.S_IMODE(place.stat().st_mode) == file
    assert bool(place.parent.stat().st_mode & stat.S_IWGRP) == bool(folder & stat.S_IWGRP)


def test_a_file_that_was_altered_is_kept_again_when_it_is_given_again(store, tmp_path):
    (tmp_path / "plan.pdf").write_bytes(b"the plan")
    (item,) = take_evidence([str(tmp_path / "plan.pdf")], store)
    place = evidence.place_of(item.sha256, store)
    place.write_bytes(b"another plan")
    take_evidence([str(tmp_path / "plan.pdf")], store)
    assert place.read_bytes() == b"the plan"
    assert place.with_name(f"{place.name}.altered").read_bytes() == b"another plan"


def test_a_folder_of_evidence_that_cannot_be_looked_into_is_a_sentence(register, store, tmp_path, monkeypatch):
    """Of the one who runs the tests, who may be root, no folder is out of reach."""
    b.organizations(register, "WHO")
    b.report(register)
    (tmp_path / "plan.pdf").write_bytes(b"the plan")
    selection = updates.Selection("501/R1", ("WHO",))
    given = {"evidence": [str(tmp_path / "plan.pdf")], "evidence_store": store}
    updates.update(register, selection, Update(b.TODAY), b.who(), **given)

    def refuse(_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(store), "is_file", refuse)
    said = "1 file of evidence missing or unreadable, as plan.pdf (A/80/501/R1 WHO). See: tracker db check."
    assert kept_evidence.trouble(register, store) == (said if register.engine.dialect.name == "sqlite" else None)
    assert len(kept_evidence.faults(register, store)) == 1


def test_files_that_are_gone_or_changed_are_named_once(register, store, tmp_path):
    b.organizations(register, "WHO", "FAO")
    b.report(register)
    for name in ("policy.pdf", "plan.pdf", "whole.pdf"):
        (tmp_path / name).write_bytes(name.encode())
        updates.update(
            register, updates.Selection("501/R1", ("WHO", "FAO")), Update(b.TODAY), b.who(),
            evidence=[str(tmp_path / name)], evidence_store=store,
        )  # fmt: skip
    assert kept_evidence.faults(register, store) == []
    assert kept_evidence.trouble(register, store) is None
    assert kept_evidence.elsewhere(register, store) is None
    places = {name: evidence.place_of(hashlib.sha256(name.encode()).hexdigest(), store) for name in
              ("policy.pdf", "plan.pdf")}  # fmt: skip
    places["policy.pdf"].unlink()
    places["plan.pdf"].write_bytes(b"another plan")
    gone = f"policy.pdf (A/80/501/R1 WHO): missing from the evidence: {places['policy.pdf']}"
    changed = f"plan.pdf (A/80/501/R1 WHO): altered since it was kept: {places['plan.pdf']}"
    if register.engine.dialect.name == "sqlite":
        assert kept_evidence.faults(register, store) == [gone, changed]
        said = "1 file of evidence missing or unreadable, as policy.pdf (A/80/501/R1 WHO). See: tracker db check."
        assert kept_evidence.trouble(register, store) == said
        assert kept_evidence.elsewhere(register, store) is None
    else:
        assert kept_evidence.faults(register, store) == [changed], "it may be in the store of a colleague"
        assert kept_evidence.trouble(register, store) is None
        said = f"1 file of evidence not in {store}, as policy.pdf (A/80/501/R1 WHO). A folder of another"
        assert kept_evidence.elsewhere(register, store).startswith(said)
