"""What the shell proposes: references, organizations, views, editions, and the words of the vocabulary.

Asked at every press of the tab key: it reads an SQLite register with the standard library alone, read-only, and
proposes nothing rather than fail. What it proposes begins as it was typed, upper or lower case as well, because some
shells throw away what does not.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from enum import Enum
from pathlib import Path
from typing import Any

import typer

_MOST = 200
_MANY_REPORTS = 30
_NUMBER = ("R", "r")
"""With what a recommendation's own number begins, which may be the tail that names it."""

Proposal = tuple[str, str]
"""A word, and what it stands for."""

_REFERENCES = """
    SELECT symbol.symbol || '/R' || recommendation.number, substr(recommendation.text, 1, 60), symbol.role = 'main',
           recommendation.id
    FROM symbol CROSS JOIN recommendation ON recommendation.report_id = symbol.report_id
    WHERE {} ORDER BY symbol.role <> 'main', symbol.folded, recommendation.position
"""
# The few symbols with the parts that are typed in full come first: looking at every recommendation takes longer.
_BY_PARTS = _REFERENCES.format("""
    '/' || symbol.symbol || '/' LIKE ? ESCAPE '\\' AND '/' || symbol.symbol || '/R' || recommendation.number
        LIKE ? ESCAPE '\\'
""")
_OF_REPORTS = _REFERENCES.format("symbol.report_id IN (SELECT value FROM json_each(?))")

_SYMBOLS = """
    SELECT symbol.symbol, report.title, symbol.role = 'main', report.id
    FROM symbol JOIN report ON report.id = symbol.report_id
    WHERE symbol.symbol LIKE ? ESCAPE '\\' ORDER BY symbol.role <> 'main', folded
"""
_ORGANIZATIONS = "SELECT code, name FROM organization ORDER BY folded"
_IMPACTS = "SELECT DISTINCT impact, '' FROM recommendation WHERE impact IS NOT NULL ORDER BY impact"
_YEARS = """
    SELECT DISTINCT substr(issued_on, 1, 4), '' FROM report WHERE issued_on IS NOT NULL ORDER BY issued_on DESC
"""
_VIEWS = "SELECT name, saved_by FROM view ORDER BY name"
_EDITIONS = """
    SELECT quarter || CASE scope WHEN 'system' THEN '' ELSE '-' || scope END || '/' || number, published_by
    FROM edition ORDER BY quarter DESC, number DESC
"""


def complete_reference(ctx: typer.Context, incomplete: str) -> list[Proposal]:
    """References by any symbol or tail of one that names one recommendation only."""
    reports = {} if incomplete in _NUMBER else _tails(_ask(ctx, _SYMBOLS, _holding(incomplete)), incomplete)
    if len(reports) > _MANY_REPORTS:
        found = _ask(ctx, _OF_REPORTS, str(_some_of(reports)))
    else:
        in_full = incomplete[: incomplete.rfind("/") + 1]
        found = _ask(ctx, _BY_PARTS, _part(in_full), _part(incomplete))
    return _most(list(_tails(found, incomplete).values()))


def _some_of(reports: dict[int, Proposal]) -> list[int]:
    """Of many reports the first, and the two that have least in common: the recommendations of all would not be shown.

    What names a report alone names its recommendations alone, so that those of the others need not be looked at.
    """
    return [
        *list(reports)[:_MANY_REPORTS],
        min(reports, key=reports.__getitem__),
        max(reports, key=reports.__getitem__),
    ]


def complete_report(ctx: typer.Context, incomplete: str) -> list[Proposal]:
    """Symbols of reports, and tails of them."""
    return _most(list(_tails(_ask(ctx, _SYMBOLS, _holding(incomplete)), incomplete).values()))


def complete_organization(ctx: typer.Context, incomplete: str) -> list[Proposal]:
    """Codes of organizations."""
    return _begun(((str(code), str(name)) for code, name in _ask(ctx, _ORGANIZATIONS)), incomplete)


def complete_impact(ctx: typer.Context, incomplete: str) -> list[Proposal]:
    """Impacts that recommendations have."""
    return _begun(_ask(ctx, _IMPACTS), incomplete)


def complete_year(ctx: typer.Context, incomplete: str) -> list[Proposal]:
    """Years in which reports were issued, the last first."""
    return _begun(_ask(ctx, _YEARS), incomplete)


def complete_view(ctx: typer.Context, incomplete: str) -> list[Proposal]:
    """Names of saved views."""
    return _begun(((str(name), f"saved by {actor}") for name, actor in _ask(ctx, _VIEWS)), incomplete)


def complete_edition(ctx: typer.Context, incomplete: str) -> list[Proposal]:
    """Editions of the quarterly report."""
    editions = ((str(name), f"published by {actor}") for name, actor in _ask(ctx, _EDITIONS))
    return _begun(editions, incomplete)


def complete_quarter(incomplete: str) -> list[str]:
    """The last quarters that are over, and the present one."""
    from tracker import clock
    from tracker.domain.periods import Quarter

    quarters = [Quarter.last_completed(clock.today()).next]
    for _ in range(8):
        quarters.append(quarters[-1].previous)
    return complete_words(*map(str, quarters))(incomplete)


def complete_status(incomplete: str) -> list[str]:
    """The statuses that `--to` takes."""
    from tracker.domain.vocabulary import TARGETS

    return complete_words(*TARGETS)(incomplete)


def complete_among(values: type[Enum]) -> Callable[[str], list[str]]:
    """The words of an enumeration."""
    return complete_words(*(value.value for value in values))


def complete_words(*words: str) -> Callable[[str], list[str]]:
    """One of some words."""

    def complete(incomplete: str) -> list[str]:
        return [word for word, _ in _begun(((word, "") for word in words), incomplete)]

    return complete


def complete_list(*words: str) -> Callable[[str], list[str]]:
    """Words that may be given several at once, with commas: the last of them is completed."""

    def complete(incomplete: str) -> list[str]:
        before, comma, begun = incomplete.rpartition(",")
        given = before.lower().split(",")
        return [f"{before}{comma}{word}" for word in complete_words(*words)(begun) if word.lower() not in given]

    return complete


def without_markup() -> None:
    """Keep Typer from looking for Rich's markup in what proposals stand for.

    There is none; a text with brackets would lose them, and importing Rich takes longer than all the rest.
    """
    from typer import _completion_classes

    with suppress(AttributeError):  # a later Typer may do it in another way
        _completion_classes._sanitize_help_text = _as_it_is  # noqa: SLF001 - there is no other way to say it


def without_equals_signs() -> None:
    """Bash parts `--org=W` into three words, of which the second says nothing."""
    words, place = os.environ.get("COMP_WORDS", "").split("\n"), os.environ.get("COMP_CWORD", "")
    if place.isdecimal() and "=" in words:
        kept = [number for number, word in enumerate(words) if word != "=" or number == int(place)]
        os.environ["COMP_WORDS"] = "\n".join(words[number] for number in kept)
        os.environ["COMP_CWORD"] = str(sum(number < int(place) for number in kept))


def with_their_options() -> None:
    """In zsh and fish `--org=W` is one word, and what does not begin with all of it is thrown away."""
    from typer import _completion_classes as shells

    with suppress(AttributeError):  # a later Typer may do it in another way
        whole: tuple[Any, ...] = (shells.ZshComplete, shells.FishComplete)
        for shell in whole:
            shell.get_completions = _joined_to_option(shell.get_completions)


def _joined_to_option(ask: Callable[[Any, list[str], str], list[Any]]) -> Callable[[Any, list[str], str], list[Any]]:
    def get_completions(shell: Any, args: list[str], incomplete: str) -> list[Any]:
        found = ask(shell, args, incomplete)
        option, equals, _ = incomplete.partition("=")
        if equals and option.startswith("--"):
            for item in found:
                item.value = f"{option}={item.value}"
        return found

    return get_completions


_SHELLS = ("bash", "zsh", "fish", "powershell", "pwsh")


def serve_shell(ctx: Any, option: str, shell: str) -> None:
    """`--show-completion SHELL`: Typer asks what the shell is, and passes over the name of one.

    Without the name of one it is left to Typer. Fails where the program is called by no name of its own: what Typer
    writes for `python -m tracker` takes the place of Python's own completion, and completes nothing.
    """
    from typer.completion import install_callback, show_callback

    from tracker.domain.references import suggest

    if shell and shell not in _SHELLS:
        known = f"Use one of {', '.join(_SHELLS)}."
        ctx.fail(f"“{shell}” is not a shell. {suggest(shell, _SHELLS, known)}")
    called = ctx.find_root().info_name
    if " " in called or "." in called:
        ctx.fail(
            f"completion works for an installed program, and this one was called as “{called}”. "
            f"Call the one that is installed, as in: .venv/bin/tracker {option}."
        )
    _complete_at_the_first_tab()
    if not shell:
        return
    serve: Any = show_callback if option == "--show-completion" else install_callback
    serve(ctx, None, shell)


def _complete_at_the_first_tab() -> None:
    """In each zsh the first Tab reads the script, which as Typer writes it completes nothing until the second."""
    from typer import _completion_shared as shells

    with suppress(AttributeError):  # a later Typer may do it in another way
        shells._completion_scripts["zsh"] = shells.COMPLETION_SCRIPT_ZSH + _WHEN_READ_BY_TAB  # noqa: SLF001


_WHEN_READ_BY_TAB = """
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  %(complete_func)s
fi
"""


def _as_it_is(text: str) -> str:
    return text


def _begun(words: Iterable[Proposal], typed: str) -> list[Proposal]:
    """The words that begin as typed, each going on as it does or, where small letters are typed, in small ones."""
    begun = [(word, shows) for word, shows in words if word.upper().startswith(typed.upper())]
    return _most([(_gone_on_with(typed, word), shows) for word, shows in begun])


def _tails(names: Iterable[tuple[Any, ...]], typed: str) -> dict[int, Proposal]:
    """For each thing, by number, its name, or the tail of one in whole parts, that begins as typed and names it alone.

    Of several the first will do; until something is typed that is the whole main symbol.
    """
    from tracker.domain.references import tails

    begun = typed.upper()
    possible: list[tuple[str, str, str, int]] = []
    meant: defaultdict[str, set[int]] = defaultdict(set)
    for name, shows, is_main, number in names:
        for tail in tails(name) if typed or is_main else ():
            folded = tail.upper()
            if folded.startswith(begun):
                meant[folded].add(number)
                possible.append((tail, folded, shows, number))
                break
    found: dict[int, Proposal] = {}
    for tail, folded, shows, number in possible:
        if len(meant[folded]) == 1:
            found.setdefault(number, (_gone_on_with(typed, tail), shows))
    return found


def _most(found: list[Proposal]) -> list[Proposal]:
    """As many as are proposed: the first, and of the others the two that have least in common.

    Shells type for us whatever all that is proposed begins with: that has to be so of all that there is.
    """
    if len(found) > _MOST:
        first, others = found[: _MOST - 2], found[_MOST - 2 :]
        found = [*first, min(others), max(others)]
    return [(word, " ".join(shows.split())) for word, shows in found]


def _gone_on_with(typed: str, word: str) -> str:
    rest = word[len(typed) :]
    return typed + (rest.lower() if typed.islower() else rest)


def _holding(typed: str) -> str:
    """A pattern for what holds the typed letters anywhere."""
    escaped = typed.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _part(typed: str) -> str:
    """A pattern for what holds the typed letters at the beginning of a part, each part after a slash."""
    return f"%/{_holding(typed)[1:]}"


def _ask(ctx: Any, query: str, *values: str) -> list[tuple[Any, ...]]:
    import sqlite3

    with suppress(Exception):
        place = _database(ctx)
        if place.is_file():
            with closing(sqlite3.connect(f"{place.resolve().as_uri()}?mode=ro", timeout=0.2, uri=True)) as connection:
                return connection.execute(query, values).fetchall()
    return []


def _database(ctx: Any) -> Path:
    from tracker.config_file import read_config_file

    given = ctx.find_root().params
    config = given.get("config")
    file = read_config_file(None if config is None else Path(config))
    return Path(file.register(given.get("database")).removeprefix("sqlite:///"))
