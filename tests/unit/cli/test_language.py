"""The terminal speaks Swedish and English, and nothing half."""

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import byalag.cli
from byalag.cli._swedish import swedish

HOME = Path(byalag.cli.__path__[0])
SWEDISH = swedish()


def texts() -> Iterator[str]:
    """Every English text in the code of the terminal."""
    for file in sorted(HOME.glob("_*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.id if isinstance(node.func, ast.Name) else ""
                if name == "say" and node.args and isinstance(node.args[0], ast.Constant):
                    yield str(node.args[0].value)
                for keyword in node.keywords:
                    if keyword.arg == "help" and isinstance(keyword.value, ast.Constant):
                        yield str(keyword.value.value)
            if isinstance(node, ast.FunctionDef) and any(
                "command" in ast.unparse(mark) or "group" in ast.unparse(mark)
                for mark in node.decorator_list
            ):
                yield ast.get_docstring(node) or ""


def fields(text: str) -> set[str]:
    return {str(name).partition("!")[0] for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_text_of_the_terminal_is_written_in_swedish_too() -> None:
    assert sorted(set(texts()) - set(SWEDISH)) == []


def test_no_swedish_text_is_left_without_a_use() -> None:
    heads = {"municipality", "prefix", "scopes", "expires", "revoked", "note"}  # of tables
    heads |= {"outlet", "last sent", "number", "put", "next try", "receiver"}
    heads |= {"of", "kept", "due", "held", "from", "to", "observations", "deliveries"}
    heads |= {"set-aside", "messages", "files", "journal", "SHA-256", "use", "first"}
    heads |= {"code", "name", "state", "datasets", "open", "sources", "active", "paused", "left"}
    heads |= {"last delivery", "rows", "row hash"}
    heads |= {"last used", "api", "operation", "application", "answers", "refused", "failed"}
    heads |= {"p50", "p95", "p99"}
    heads |= {"person", "roles", "last logged in", "product", "apis", "plans", "sunset"}
    heads |= {"home", "unit", "stage", "title", "ways", "budget", "channels", "contacts"}
    heads |= {"consents", "notices", "kept by"}
    heads |= {"test", "good", "suspect", "fail", "not evaluated", "missing"}
    heads |= {"range", "spike", "rate", "flat", "gap", "rolled"}
    computed = heads | {"1 question to look at:", "{count} questions to look at:"}
    assert sorted(set(SWEDISH) - set(texts()) - computed) == []


def test_both_languages_say_the_same_values() -> None:
    assert [
        english for english, swedish in SWEDISH.items() if fields(english) != fields(swedish)
    ] == []
