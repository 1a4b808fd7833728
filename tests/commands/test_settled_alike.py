"""What every command that changes something owes: --json, --dry-run where it is many, sentences with one full stop."""

import json

import pytest
from answers import ok

REF = "A/80/501/R1"


def read(done):
    return json.loads(ok(done).stdout)


def test_links_views_and_aliases_answer_in_json(filled):
    ok(filled("link", "add", "R2", "waits-for", "R1"))
    assert read(filled("link", "remove", "R2", "R1", "--json")) == {"removed": 1}
    saved = read(filled("view", "save", "late", "--overdue", "--json"))
    assert read(filled("view", "list", "--json")) == [saved]
    assert saved["name"] == "late"
    assert read(filled("view", "drop", "late", "--json")) == {"name": "late"}
    added = filled("org", "alias", "add", "WHO", "The health people", "--json")
    assert read(added) == {"organization": "WHO", "added": 1}
    dropped = filled("org", "alias", "drop", "The health people", "--json")
    assert read(dropped) == {"organization": "WHO", "name": "The health people"}


def test_an_extension_is_never_granted_to_an_earlier_day(filled, rows):
    ok(filled("update", "R1", "WHO", "--to", "accepted", "--due", "2099-06-30"))
    ok(filled("extend", "request", "R1", "WHO", "--to", "2099-12-31", "--note", "more time"))
    before = rows()
    for day in ("2099-06-30", "2098-01-01"):
        done = filled("extend", "grant", "R1", "WHO", "--to", day, "--note", "fine")
        assert done.exit_code == 1
        assert f"is due on 2099-06-30, and {day} is not later." in done.stderr
    assert rows() == before
    ok(filled("extend", "grant", "R1", "WHO", "--to", "2099-09-30", "--note", "fine"))
    assert rows()[REF]["due_on"] == "2099-09-30"


@pytest.mark.parametrize("template", ["{{ ref ", "{{ nope }}"])
def test_a_template_with_a_mistake_is_a_sentence(filled, template):
    done = filled("list", "--template", template)
    assert done.exit_code == 2
    assert ".." not in done.stderr
