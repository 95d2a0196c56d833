"""Does an OpenAPI document follow Digg's REST API profile? Every place where it does not.

The rules are those that can be seen in a document, with Digg's ids. What cannot be seen there (how
an API behaves) is not judged. A document may declare exceptions in `x-rap-exceptions`: rule ids,
each with why, by language. What is excepted is told, never left out.
"""

from collections.abc import Iterator
from typing import Final

from byalag import ByalagError
from byalag.model import Json, Words
from byalag.standards.profile.lint import _asked, _kept, _told
from byalag.standards.profile.lint._document import Document, table, text
from byalag.standards.profile.lint._rule import Finding, Rule, Trace

EXCEPTIONS: Final = "x-rap-exceptions"
RULES: Final[tuple[Rule, ...]] = tuple(
    sorted((*_told.RULES, *_asked.RULES, *_kept.RULES), key=lambda rule: rule.id)
)
PROFILE: Final = "2.0.0"


class NotOpenApi(ByalagError):
    """The document is no OpenAPI 3 document.

    Give the address of the JSON or YAML file itself, not of a page about it.
    """

    exit_code = 2


def lint(root: Json) -> list[Finding]:
    """Return every place where a document breaks a rule, binding rules first.

    Raises:
        NotOpenApi: It is something else than OpenAPI 3.
    """
    version = text(table(root).get("openapi"))
    if not version.startswith("3."):
        message = f"this is no OpenAPI 3 document (openapi: {version[:20] or 'missing'})"
        raise NotOpenApi(message)
    document = Document(root)
    declared = table(table(root).get(EXCEPTIONS))
    found = list(_found(document, declared))
    return sorted(found, key=lambda one: (not one.rule.binding, one.rule.id, one.at))


def _found(document: Document, declared: dict[str, Json]) -> Iterator[Finding]:
    for rule in RULES:
        excepted = _why(declared[rule.id]) if rule.id in declared else None
        seen: set[Trace] = set()
        for trace in rule.broken(document):
            if trace not in seen:
                seen.add(trace)
                yield Finding(rule=rule, at=trace.at, what=trace.what[:200], excepted=excepted)


def _why(said: Json) -> Words:
    if isinstance(said, str):
        return {"sv": said, "en": said}
    return {key: text(value) for key, value in table(said).items()}


__all__ = ["EXCEPTIONS", "PROFILE", "RULES", "Finding", "NotOpenApi", "Rule", "lint"]
