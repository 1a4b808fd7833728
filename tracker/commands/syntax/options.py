"""Options that several commands share: dates, statuses, and the filters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from enum import Enum
from functools import wraps
from typing import Annotated, Any, TypeVar

import typer

from tracker.commands.syntax.completion import (
    complete_among,
    complete_impact,
    complete_organization,
    complete_reference,
    complete_report,
    complete_status,
    complete_view,
    complete_year,
)
from tracker.commands.syntax.signatures import reshape
from tracker.domain import periods
from tracker.domain.controls import says_something
from tracker.domain.filters import Filters
from tracker.domain.references import suggest
from tracker.domain.vocabulary import TARGETS, Acceptance, Addressee, Implementation, Status, Verification, folded
from tracker.errors import BadDataError, UsageError

Choice = TypeVar("Choice", bound=Enum)


def parsed(read: Callable[[str], Any]) -> Callable[[str], Any]:
    """A reader of the domain as a parser of an option: what it refuses is a usage error (exit status 2)."""

    @wraps(read)
    def parser(text: str) -> Any:
        try:
            return read(text)
        except BadDataError as error:
            raise typer.BadParameter(str(error)) from None

    return parser


def _status(text: str) -> Status:
    word = folded(text)
    if word not in TARGETS:
        raise BadDataError(
            f"“{text}” is not a status.", remedy=suggest(word, TARGETS, f"Use one of {', '.join(TARGETS)}.")
        )
    return TARGETS[word]


def _among(values: type[Choice]) -> Callable[[str], Choice]:
    def read(text: str) -> Choice:
        words, word = {value.value: value for value in values}, folded(text)
        if word in words:
            return words[word]
        if values in _AXIS_OPTIONS and word in TARGETS:
            option = _AXIS_OPTIONS[type(TARGETS[word])]
            raise BadDataError(f"“{text}” stands on another axis.", remedy=f"Write {option} {word}.")
        if values in _AXIS_OPTIONS and word in ("open", "overdue"):
            raise BadDataError(f"“{text}” is a filter of its own.", remedy=f"Write --{word}.")
        raise BadDataError(f"“{text}” is unknown.", remedy=suggest(word, words, f"Use one of {', '.join(words)}."))

    return read


_AXIS_OPTIONS: dict[Any, str] = {
    Acceptance: "--acceptance",
    Implementation: "--status",
    Verification: "--verification",
}


def one_of(values: type[Enum]) -> Callable[[str], Any]:
    """A parser of one word of the vocabulary."""
    return parsed(_among(values))


def parse_instant(text: str) -> datetime:
    """Read an instant in ISO form with its zone (`2026-05-06T09:12:44Z`); a day means its last second, UTC."""
    try:
        if len(text) == len("2026-05-06"):
            return periods.last_second(periods.parse_day(text))
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadDataError(f"“{text}” is not an instant.", remedy="Write it as in 2026-05-06T09:12:44Z.") from None
    if moment.tzinfo is None:
        raise BadDataError(f"“{text}” has no time zone.", remedy="Write it in UTC, ending with Z.")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise BadDataError(f"“{text}” is out of range.", remedy="Give an instant within the years 1 to 9999.") from None


def choice_option(values: type[Enum], *names: str, help: str) -> Any:  # noqa: A002 - Typer's own word
    """An option that takes words of the vocabulary, several times."""
    words = ", ".join(value.value for value in values)
    return typer.Option(
        *names, parser=one_of(values), autocompletion=complete_among(values), metavar="WORD", help=f"{help}: {words}."
    )


Reference = Annotated[str, typer.Argument(metavar="REF", autocompletion=complete_reference, help="The recommendation.")]
Organization = Annotated[
    str, typer.Argument(metavar="ORG", autocompletion=complete_organization, help="The organization.")
]
Status_ = Annotated[
    Any,
    typer.Option(
        "--to",
        parser=parsed(_status),
        autocompletion=complete_status,
        metavar="STATUS",
        help=f"The status to move to: {', '.join(TARGETS)}.",
    ),
]
Day = Annotated[
    Any,
    typer.Option(
        "--on", parser=parsed(periods.parse_day), metavar="DATE", help="The day on which it was so (default: today)."
    ),
]
Due = Annotated[
    Any,
    typer.Option(
        "--due",
        parser=parsed(periods.parse_due_date),
        metavar="DATE",
        help="The due date: a day, month or quarter, as in 2026-09-30, 2026-09, 2026Q3.",
    ),
]
AsOf = Annotated[
    Any,
    typer.Option(
        "--as-of",
        parser=parsed(periods.parse_day),
        metavar="DATE",
        help="As it stood at the end of this day, as in 2026-09-30.",
    ),
]
KnownAt = Annotated[
    Any,
    typer.Option(
        "--known-at",
        parser=parsed(parse_instant),
        metavar="INSTANT",
        help="From what had been written by this instant, as in 2026-09-30T12:00:00Z.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="JSON on stdout, for programs.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would change; change nothing.")]
Note = Annotated[str | None, typer.Option("--note", help="Why, in the organization's words or yours.")]
Text = Annotated[
    list[str] | None,
    typer.Argument(metavar="[TEXT]…", help="Words in the text, the title or the note; all of them must occur."),
]


def words_or_none(text: str | None) -> str | None:
    """What was typed, without blanks around it; blanks alone, and signs that nobody sees, are nothing."""
    return text.strip() if text and says_something(text) else None


def reason(text: str) -> str:
    """A parser of a note that must not be left out. Raises BadDataError for blanks."""
    if not says_something(text):
        raise BadDataError("the note is empty.", remedy="Say why.")
    return text.strip()


_FILTERS: dict[str, tuple[Any, Any]] = {
    "org": (
        list[str],
        typer.Option("--org", metavar="CODE", autocompletion=complete_organization, help="Only these organizations."),
    ),
    "report": (
        list[str],
        typer.Option("--report", metavar="SYMBOL", autocompletion=complete_report, help="Only these reports."),
    ),
    "acceptance": (list[Any], choice_option(Acceptance, "--acceptance", help="Acceptance")),
    "status": (list[Any], choice_option(Implementation, "--status", help="Implementation")),
    "verification": (list[Any], choice_option(Verification, "--verification", help="Verification")),
    "addressee": (list[Any], choice_option(Addressee, "--addressee", help="Addressee")),
    "impact": (
        list[str],
        typer.Option(
            "--impact",
            metavar="LETTER",
            autocompletion=complete_impact,
            help="Impact: a letter (a), or one of a series (a/a-i).",
        ),
    ),
    "year": (
        list[int],
        typer.Option("--year", min=1, max=9999, autocompletion=complete_year, help="Year of issue of the report."),
    ),
    "only_open": (bool, typer.Option("--open", help="Only what is not settled.")),
    "overdue": (bool, typer.Option("--overdue", help="Only what is open and past its due date.")),
    "due_before": (
        Any,
        typer.Option(
            "--due-before",
            parser=parsed(periods.parse_due),
            metavar="DATE",
            help="Due before this day; a month or quarter stands for its last day.",
        ),
    ),
    "silent_for": (
        int,
        typer.Option(
            "--silent-for", min=0, max=36_500, metavar="DAYS", help="Nothing heard for at least this many days."
        ),
    ),
}


_VIEW = typer.Option(
    "--view",
    metavar="NAME",
    autocompletion=complete_view,
    help="A saved view; filters given with it replace its own.",
)


def with_filters(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the filters of the contract as options; it receives them as one `filters: Filters`."""

    @wraps(command)
    def wrapper(**given: Any) -> None:
        text, name = _text(given.get("text")), given.pop("view")
        filters = _filters(text, {name: given.pop(name) for name in _FILTERS})
        if name is not None:
            from tracker.services.views import with_view

            view = with_view(given["ctx"].obj.register, name, filters)
            filters = view.filters
            if "sort" in given and given["sort"] is None:
                given["sort"] = view.sort
        command(**given, filters=filters)

    options = {name: _optional(*option) for name, option in _FILTERS.items()} | {"view": _optional(str, _VIEW)}
    reshape(wrapper, command, instead_of="filters", options=options)
    return wrapper


def _optional(kind: Any, option: Any) -> tuple[Any, Any]:
    """An option that may be left out: a flag is not set then."""
    if kind is bool:
        return Annotated[bool, option], False
    return Annotated[kind if kind is Any else kind | None, option], None


def _text(words: list[str] | None) -> str | None:
    if not words:
        return None
    text = " ".join(words)
    if not text.strip():
        raise UsageError("the text is empty.", remedy="Give a word of it, or leave it out.")
    return text


_CONDITIONS = {
    "org": "organizations",
    "report": "reports",
    "status": "implementation",
    "addressee": "addressees",
    "impact": "impacts",
    "year": "years",
    "overdue": "only_overdue",
}
"""Parameter of a command → the condition that it sets, where that is called otherwise."""


def _filters(text: str | None, given: dict[str, Any]) -> Filters:
    """An option that sets no condition fails here: a command must not reach further than it was asked to."""
    said = {_CONDITIONS.get(name, name): _several(value) for name, value in given.items() if value is not None}
    return Filters(text=text, **said)


def _several(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
