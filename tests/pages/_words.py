"""What the tests' hub shows of its audit and its dictionary: lines, a sample, words, a proposal."""

from functools import cache
from pathlib import Path

from starlette.types import Scope

from byalag.app._access import ALTER_TERMS, OPEN, READ_AUDIT, READ_TERMS, REVIEW_AUDIT, VOTE
from byalag.app._face import Part
from byalag.governance import Grant, Person
from byalag.pages import View
from byalag.pages.operations import (
    Archive,
    Lexicon,
    Site,
    Use,
    dictionary_routes,
    review_routes,
)
from byalag.store import Altered, Note, Proposals, Register, Store
from byalag.terms import Definition, Vocabulary, terms

LINES, SAMPLE = 60, 61
WORDS = [
    Definition(
        id="employee",
        label={"sv": "anställd", "en": "employee"},
        definition={"sv": f"Den som har anställning{more}."},
        owner="HR-chef",
        status="adopted",
        broader=("person",),
        municipality=code,
    )
    for code, more in (("2482", ", också timanställda"), ("2513", ""))
] + [
    Definition(
        id="person",
        label={"en": "person"},
        exact=("http://xmlns.com/foaf/0.1/Person",),
        municipality="2482",
    ),
    Definition(
        id="worker",
        label={"sv": "mätvärdesinsamlingsleverantörsombudsman"},
        status="replaced",
        replaced_by="employee",
        municipality="2513",
    ),
]
_OURS = ("/granskning", "/en/review", "/ordlista/forslag", "/en/dictionary/proposals")
_GRANTS = tuple(
    Grant(role, code) for role in ("steward", "board_member") for code in ("2482", "2513")
)
_STEWARD = Person(id="p-steward", name="Siv", grants=_GRANTS, assurance="loa3")


def vocabulary() -> Vocabulary:
    """Return the platform's words and those of the tests' municipalities."""
    return Vocabulary(terms(), WORDS)


def person(scope: Scope) -> Person | None:
    """Return the steward, on the pages that are for stewards."""
    return _STEWARD if scope["path"].startswith(_OURS) else None


def part(folder: Path, view: View, commons: Store) -> Part:
    """Return the pages of the audit and of the dictionary."""
    register, site = _register(folder), Site(view)
    own = {code: _audited(folder, code) for code in ("2482", "2513")}
    archive = Archive(
        audits={code: store.audit for code, store in own.items()},
        note=lambda code, line: own[code].note(line).result(),
        choose=lambda numbers, many: numbers[:many],
        altered=lambda code: Altered(seq=3, why="the line is missing") if code == "2513" else None,
    )
    lexicon = Lexicon(
        vocabulary=vocabulary,
        proposals=Proposals(register, ["2482", "2513"]),
        used=lambda _: [Use(one.title, "/features/v1") for one in commons.datasets().values()],
        towns={"2482": "Skellefteå", "2513": "Överkalix"},
    )
    acts = {"open": OPEN, "see": READ_TERMS, "propose": ALTER_TERMS, "vote": VOTE}
    routes = [
        (route, READ_AUDIT if act == "see" else REVIEW_AUDIT)
        for language in site.languages.values()
        for route, act in review_routes(site, archive, language)
    ]
    routes += [
        (route, acts[act])
        for language in site.languages.values()
        for route, act in dictionary_routes(site, lexicon, language)
    ]
    return Part(routes=routes)


@cache
def _register(folder: Path) -> Register:
    register = Register(folder / "words.sqlite")
    proposals = Proposals(register, ["2482", "2513"])
    for one in WORDS[:2]:
        proposals.propose(one, municipality=one.municipality, who="person p-steward", at=1)
    proposals.vote(1, municipality="2482", yes=True, who="person p", at=2, why="Behövs.")
    return register


@cache
def _audited(folder: Path, code: str) -> Store:
    store = Store(folder / f"audited-{code}.sqlite")
    for number in range(1, LINES + 1):
        about = f"home:skelleftea:personligassistansbrukare-{number}"
        store.note(Note(at=number, who="person abc", what="read", about=about)).result()
    details = {"lines": [1, 2], "of": LINES, "since": 0, "until": 86_400_000_000}
    drawn = Note(at=99, who="person p", what="sample", about="audit", details=details)
    store.note(drawn).result()
    verdict = {"line": 1, "verdict": "look-into", "why": "Varför då?"}
    about = f"sample/{SAMPLE}"
    store.note(Note(at=100, who="person p", what="review", about=about, details=verdict)).result()
    return store
