"""An option that has one value is given once: of two, the last would be taken and the first lost without a word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any


def refuse_twice(command: Any) -> None:
    """Let a command, and those of its groups, refuse an option with one value that is given more often."""
    make_parser = command.make_parser

    def make(ctx: Any) -> Any:
        parser = make_parser(ctx)
        parse = parser.parse_args

        def parse_args(args: list[str]) -> Any:
            values, rest, given = parse(args)
            if not ctx.resilient_parsing:
                _check_once(ctx, given)
            return values, rest, given

        parser.parse_args = parse_args
        return parser

    command.make_parser = make
    for child in getattr(command, "commands", {}).values():
        refuse_twice(child)


def _check_once(ctx: Any, given: Iterable[Any]) -> None:
    for param, times in Counter(given).items():
        has_one = param.param_type_name == "option" and not param.is_flag and not param.multiple
        if has_one and times > 1:
            often = "twice" if times == 2 else f"{times} times"
            several = ", with commas" if param.metavar == "LIST" else ""
            ctx.fail(f"{max(param.opts, key=len)} is given {often}. Give it once{several}.")
