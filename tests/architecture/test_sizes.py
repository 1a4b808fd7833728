"""The bar for functions and modules: small ones, and none that grows out of sight."""

import ast
from pathlib import Path
from statistics import median, quantiles

import tracker

PACKAGE = Path(tracker.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))


def lengths(path):
    """Lines of every function's body; a command has as many parameters as it has options, and says them one a line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
            yield f"{path.name}:{node.name}", node.end_lineno - first.lineno + 1


def test_modules_can_be_read_at_one_sitting():
    assert {str(path.relative_to(PACKAGE)): count for path in MODULES if (count := _lines(path)) > 400} == {}


def _lines(path):
    """Lines with something on them."""
    return sum(1 for line in path.read_text(encoding="utf-8").splitlines() if line.strip())


def test_functions_are_small():
    every = dict(item for path in MODULES for item in lengths(path))
    assert median(every.values()) <= 8
    assert quantiles(every.values(), n=20)[-1] <= 35
    assert {name: length for name, length in every.items() if length > 60} == {}


def test_only_the_clock_reads_the_time_and_only_the_store_speaks_sql():
    """Beside the linters, for what they cannot see: text handed to a database, the time asked for by another way."""
    for path in MODULES:
        words = path.read_text(encoding="utf-8")
        layer = path.relative_to(PACKAGE).parts[0]
        if path.name != "clock.py":
            assert "datetime.now(" not in words, path
            assert "date.today(" not in words, path
        if layer == "services":
            assert "exec_driver_sql" not in words, path
            assert ".engine.begin(" not in words, path


def test_no_name_says_nothing():
    empty = {"util", "utils", "helper", "helpers", "manager", "base", "common", "misc"}
    assert [path.name for path in MODULES if path.stem in empty] == []
