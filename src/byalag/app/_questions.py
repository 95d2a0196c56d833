"""Joins services, which declare questions, with the profile, which says how machines ask."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from msgspec import Struct, structs

from byalag.app._face import Face
from byalag.model import Contact
from byalag.services import Question, Refused, Service, Unknown
from byalag.standards.profile import Api, NotAnswered, Operation

SLA = {
    "availability": "Ingen utlovad nivå. / No promised level.",
    "responseTime": "Ingen utlovad nivå. / No promised level.",
    "support": "Vardagar, se kontakt. / Working days, see contact.",
}


def api(service: Service, face: Face) -> Api:
    """Say a service in the words of the profile."""
    return Api(
        name=service.name,
        version=service.version,
        released=service.released,
        title=service.title,
        description=service.description,
        limitations=service.limitations,
        operations=tuple(_operation(each, service, face) for each in service.questions),
        base_url=face.base_url,
        contact=contact(face),
        sla=SLA,
    )


def contact(face: Face) -> Contact:
    """Return whom to ask about the APIs."""
    return structs.replace(face.contact, name=face.contact.name or face.name)


def _operation(question: Question[Any, Any], service: Service, face: Face) -> Operation:
    related = dict(_related(question, service))
    return Operation(
        name=question.name,
        path=question.path,
        ask=question.ask,
        answers=question.answers,
        answer=partial(_answer, question, face),
        summary=question.summary,
        description=question.description,
        example=question.example,
        example_answer=question.example_answer,
        rows=question.rows,
        short=question.short,
        thing=question.thing,
        links={rel: path for rel, path in related.items() if rel != "item"},
        item_links={"self": related["item"]} if "item" in related else {},
    )


def _answer(question: Question[Any, Any], face: Face, ask: Struct) -> object:
    try:
        return question.answer(ask, face.reader, face.now())
    except Unknown as error:
        raise NotAnswered(str(error), trouble="not-found") from error
    except Refused as error:
        raise NotAnswered(str(error), trouble="refused") from error


def _related(question: Question[Any, Any], service: Service) -> Iterator[tuple[str, str]]:
    """Yield the questions that stand beside this one, by how their paths relate to its path."""
    here = question.path
    for other in service.questions:
        if other.path == f"{here}/{{id}}":
            yield "item", other.path
        elif other.path.startswith(here + "/") and "{id}" in here:
            yield other.path.rpartition("/")[2], other.path
        elif here.startswith(other.path + "/"):
            yield ("collection" if "{id}" not in other.path else "about"), other.path
