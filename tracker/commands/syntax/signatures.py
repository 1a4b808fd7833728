"""What a decorator adds to a command: Typer reads a command's options from its signature."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

Command = Callable[..., None]
Options = Mapping[str, tuple[Any, Any]]
"""Name of an argument → its type, annotated with its option, and what it is where nothing is given."""


def reshape(wrapper: Command, command: Command, *, instead_of: str, options: Options) -> None:
    """Let `wrapper` have the options of `command` and further ones, instead of one argument that it makes from them."""
    own = inspect.signature(command, eval_str=True)
    parameters = [parameter for parameter in own.parameters.values() if parameter.name != instead_of]
    parameters += [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        for name, (annotation, default) in options.items()
    ]
    wrapper.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]
    wrapper.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
