"""Pages of the dictionary: what a word means, to whom, where it is used, and what is proposed."""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal
from urllib.parse import parse_qs, quote

import msgspec
from anyio import to_thread
from msgspec import Struct
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from byalag.governance import Action, Actor, Resource, decide
from byalag.model import Words
from byalag.pages._desk import moment
from byalag.pages._enter import refuse_strangers
from byalag.pages._language import Language
from byalag.pages._site import Site
from byalag.store import Proposal, Proposals, Voted
from byalag.terms import Definition, Entry, Vocabulary, Wording

Act = Literal["open", "see", "propose", "vote"]
_LONGEST = 32 * 1024  # bytes of a form


class Use(Struct, frozen=True):
    """Where a word is used: a dataset or an API, and its address."""

    title: Words
    address: str


class Lexicon(Struct, frozen=True, kw_only=True):
    """The words of a hub, as its pages show them.

    `vocabulary` gathers them as they are now, `used` tells where a word is used, and `towns` are
    the municipalities' names by code.
    """

    vocabulary: Callable[[], Vocabulary]
    proposals: Proposals
    used: Callable[[str], Sequence[Use]]
    towns: Mapping[str, str]


class Said(Struct, frozen=True):
    """What one of those who have the word means by it, in the language of the page."""

    whose: str
    status: str
    name: Wording
    meaning: Wording
    definition: Definition | None


def dictionary_routes(
    site: Site, lexicon: Lexicon, language: Language
) -> list[tuple[BaseRoute, Act]]:
    """Return the addresses of one language, each with what is done there."""

    def every(request: Request) -> Response:
        return show_words(site, lexicon, language, request)

    def one(request: Request) -> Response:
        return show_word(site, lexicon, language, request)

    def put(request: Request) -> Response:
        return show_proposals(site, lexicon, language, request)

    async def proposing(request: Request) -> Response:
        return await propose(site, lexicon, language, request)

    async def voting(request: Request) -> Response:
        return await vote(site, lexicon, language, request)

    proposals = language.address("proposals")
    ballot = language.address("vote", number="{number}")
    return [
        (Route(language.address("words"), every), "open"),
        (Route(language.address("word", word="{word:path}"), one), "open"),
        (Route(proposals, put, methods=["GET"]), "see"),
        (Route(proposals, proposing, methods=["POST"]), "propose"),
        (Route(ballot, voting, methods=["POST"]), "vote"),
    ]


def show_words(site: Site, lexicon: Lexicon, language: Language, request: Request) -> Response:
    """Answer with every word, or those that are searched for."""
    asked = request.query_params.get("q", "")[:200]
    found = lexicon.vocabulary().search(asked, language.code)
    return site.page(
        request,
        language,
        "words.html",
        here="words",
        asked=asked,
        words_found=[(one, one.name(language.code), _first(one, language)) for one in found],
    )


def show_word(site: Site, lexicon: Lexicon, language: Language, request: Request) -> Response:
    """Answer with one word: what each means by it, beside one another, and where it is used."""
    vocabulary = lexicon.vocabulary()
    entry = vocabulary.find(request.path_params["word"])
    if entry is None:
        raise HTTPException(404)
    broader = sorted({name for one in entry.definitions for name in one.broader})
    exact = {address for one in entry.definitions for address in one.exact}
    return site.page(
        request,
        language,
        "word.html",
        here="word",
        named={"word": entry.id},
        entry=entry,
        name=entry.name(language.code),
        said=_said(entry, lexicon, language),
        broader=_named(vocabulary, broader, language),
        narrower=_named(vocabulary, vocabulary.narrower(entry.id), language),
        exact=sorted(exact | set(entry.term.exact if entry.term else ())),
        used=lexicon.used(entry.id),
        machine=f"/terms/{quote(entry.id)}",
        open_proposals=[one for one in lexicon.proposals.every("open") if one.word == entry.id],
    )


def show_proposals(site: Site, lexicon: Lexicon, language: Language, request: Request) -> Response:
    """Answer with what is proposed, how each has voted, and a form to propose with."""
    actor: Actor = request.scope["actor"]
    return _proposals(site, lexicon, language, request, actor, trouble="")


async def propose(site: Site, lexicon: Lexicon, language: Language, request: Request) -> Response:
    """Put a definition before the board."""
    refuse_strangers(request)
    form = await _form(request)
    actor: Actor = request.scope["actor"]
    municipality = form.get("municipality", "")
    _require(site, actor, "write", "terms", municipality)
    try:
        said = _definition(form, language)
    except msgspec.ValidationError:
        return _proposals(
            site,
            lexicon,
            language,
            request,
            actor,
            trouble="proposals.wrong",
            status=400,
            form=form,
        )
    at, who = site.view.now(), actor.name
    await to_thread.run_sync(
        lambda: lexicon.proposals.propose(said, municipality=municipality, who=who, at=at)
    )
    return RedirectResponse(language.address("proposals"), 303)


async def vote(site: Site, lexicon: Lexicon, language: Language, request: Request) -> Response:
    """Cast a municipality's one vote."""
    refuse_strangers(request)
    form = await _form(request)
    actor: Actor = request.scope["actor"]
    municipality, given = form.get("municipality", ""), request.path_params["number"]
    _require(site, actor, "write", "board", municipality)
    said = form.get("vote")
    if said not in {"yes", "no"} or not (given.isascii() and given.isdigit() and len(given) < 16):  # noqa: PLR2004 -- digits of a number
        raise HTTPException(400, "Say yes or no to the proposal.")
    at, who, why = site.view.now(), actor.name, form.get("why", "")[:500]

    def cast() -> Proposal:
        return lexicon.proposals.vote(
            int(given), municipality=municipality, yes=said == "yes", who=who, at=at, why=why
        )

    try:
        await to_thread.run_sync(cast)
    except Voted:
        return _proposals(
            site, lexicon, language, request, actor, trouble="proposals.voted", status=409
        )
    return RedirectResponse(f"{language.address('proposals')}#proposal-{int(given)}", 303)


def _proposals(  # noqa: PLR0913 -- what makes this page
    site: Site,
    lexicon: Lexicon,
    language: Language,
    request: Request,
    actor: Actor,
    *,
    trouble: str,
    status: int = 200,
    form: Mapping[str, str] | None = None,
) -> Response:
    every = lexicon.proposals.every()
    words = sorted((one.id for one in lexicon.vocabulary()), key=str.casefold)
    return site.page(
        request,
        language,
        "proposals.html",
        here="proposals",
        status=status,
        proposals=[(one, moment(one.at), _whole(one, language)) for one in every],
        towns=lexicon.towns,
        may_propose=_may(site, actor, lexicon, "terms"),
        may_vote=_may(site, actor, lexicon, "board"),
        trouble=trouble,
        form=form or {"word": request.query_params.get("word", "")},
        known=words,
    )


def _definition(form: Mapping[str, str], language: Language) -> Definition:
    """Return what a form proposes.

    Raises:
        msgspec.ValidationError: it is not a definition.
    """
    name, meaning = form.get("label", "").strip(), form.get("definition", "").strip()
    broader = [form["broader"].strip()] if form.get("broader", "").strip() else []
    raw = {
        "id": form.get("word", "").strip(),
        "label": {language.code: name},
        "definition": {language.code: meaning},
        "owner": form.get("owner", "").strip()[:200],
        "status": "proposed",
        "broader": broader,
    }
    if not (name and meaning and raw["owner"]):
        message = "a proposal has a name, a meaning and an owner"
        raise msgspec.ValidationError(message)
    return msgspec.convert(raw, Definition)


def _said(entry: Entry, lexicon: Lexicon, language: Language) -> list[Said]:
    """Return what each means by a word, what all share first."""
    code = language.code
    found = [
        Said(
            lexicon.towns.get(one.municipality, one.municipality),
            one.status,
            one.name(code),
            one.meaning(code),
            one,
        )
        for one in entry.definitions
    ]
    if entry.term is not None:
        own = Said("byalag", "adopted", entry.term.label(code), entry.term.definition(code), None)
        found.insert(1 if entry.shared else 0, own)
    return found


def _first(entry: Entry, language: Language) -> Wording:
    """Return what a word means, as a list shows it."""
    if entry.shared is not None or entry.term is None:
        return (entry.shared or entry.definitions[0]).meaning(language.code)
    return entry.term.definition(language.code)


def _named(
    vocabulary: Vocabulary, words: Sequence[str], language: Language
) -> list[tuple[str, Wording]]:
    found = [(word, vocabulary.find(word)) for word in words]
    return [(word, entry.name(language.code)) for word, entry in found if entry is not None]


def _whole(proposal: Proposal, language: Language) -> Said:
    said, code = proposal.definition, language.code
    return Said(proposal.municipality, proposal.state, said.name(code), said.meaning(code), said)


def _may(
    site: Site, actor: Actor, lexicon: Lexicon, matter: Literal["terms", "board"]
) -> list[str]:
    """Return the municipalities for which somebody may propose or vote."""
    now = site.view.now()
    return [
        code
        for code in sorted(lexicon.towns)
        if decide(actor, "write", Resource(matter=matter, municipality=code), now).allowed
    ]


def _require(
    site: Site, actor: Actor, action: Action, matter: Literal["terms", "board"], code: str
) -> None:
    """Refuse whoever may not speak for a municipality.

    Raises:
        HTTPException: they may not.
    """
    resource = Resource(matter=matter, municipality=code)
    decision = decide(actor, action, resource, site.view.now())
    if not decision.allowed:
        raise HTTPException(403, decision.why)


async def _form(request: Request) -> dict[str, str]:
    body = (await request.body())[:_LONGEST]
    return {name: said[0] for name, said in parse_qs(body.decode("utf-8", "replace")).items()}
