"""Drafts read back: what a drafted file gives on the answer it was drafted from."""

import tomllib
from collections.abc import Callable
from typing import Any, TypeAlias

import pytest
from msgspec import Struct

from byalag.draft import Draft, draft
from byalag.mapping import Context, Heard
from byalag.model import Delivery, Micros, Observation, Rejected, Thing
from byalag.sources import settle

NOW: Micros = 1_795_370_000_000_000  # 2026-11-22


class Drafted(Struct, frozen=True):
    """A draft, and what it gives."""

    draft: Draft
    facts: tuple[Heard, ...]

    @property
    def table(self) -> dict[str, Any]:
        return tomllib.loads(self.draft.text)

    @property
    def things(self) -> dict[str, Thing]:
        return {fact.id.split(":")[2]: fact for fact in self.facts if isinstance(fact, Thing)}

    @property
    def values(self) -> dict[str, float]:
        """The last value by "thing/series", without kind and operator."""
        return {
            fact.series.split(":", 2)[2]: fact.value
            for fact in self.facts
            if isinstance(fact, Observation)
        }

    @property
    def set_aside(self) -> list[Rejected]:
        return [fact for fact in self.facts if isinstance(fact, Rejected)]


Describe: TypeAlias = Callable[..., Drafted]


@pytest.fixture
def describe() -> Describe:
    """Draft an answer, and read the answer with the draft."""

    def described(body: str | bytes, *, now: Micros = NOW, **known: str) -> Drafted:
        raw = body.encode() if isinstance(body, str) else body
        found = draft(raw, now=now, **{"language": "en", **known})  # type: ignore[arg-type]  # texts only
        return Drafted(found, run(found.text, raw, now))

    return described


def run(text: str, body: bytes, now: Micros) -> tuple[Heard, ...]:
    """Read an answer by a source's file."""
    kind, settings = settle(tomllib.loads(text), name="draft")
    context = Context(source="draft", municipality="2482", dataset="d", received=now)
    delivery = Delivery(source="draft", received=now, bodies=(body,))
    return tuple(kind.prepare(settings)(delivery, context))
