"""docs/guide/errors.md holds the sentences of the program."""

import ast
from pathlib import Path

import pytest

generate = pytest.importorskip("docs.generate_errors", reason="the folder docs is not here")


def test_the_page_is_up_to_date():
    assert Path(generate.PAGE).read_text(encoding="utf-8") == generate.errors_page(), "write it again with: make docs"


@pytest.mark.parametrize(
    ("source", "row"),
    [
        ("BadDataError('it is empty.', remedy='Give one.')", ("it is empty.", "Give one.")),
        ("BadDataError(f'{code} is {item.due_on}.')", ("*code* is *due on*.", "")),
        ("BadDataError(f'{MOST} rows.', remedy=SAVE)", ("20 rows.", "Save it.")),
        ("BadDataError(f\"{plural(n, 'row')} refused.\")", ("*number* rows refused.", "")),
        ("BadDataError('a' if b else 'c')", ("a / c", "")),
    ],
)
def test_a_sentence_is_read_as_it_is_said(source, row):
    call = ast.parse(source, mode="eval").body
    words = {"MOST": "20", "SAVE": "Save it."}
    assert (generate._words(call.args[0], words), generate._remedy(call, words)) == row


def test_the_sentences_stand_below_their_exit_status():
    page = generate.errors_page()
    usage, world = page.index("## Exit status 2"), page.index("## Exit status 4")
    assert page.index("the register is not empty.") < usage < page.index("filters go with --all.") < world
    assert world < page.index("the PostgreSQL driver is not installed.")
