"""What a form says, and how a page about somebody is answered."""

from typing import Final
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response

_LONGEST: Final = 16 * 1024  # bytes of a form


class Form(dict[str, str]):
    """The fields of a form, each once; `many` holds those that were said several times."""

    many: dict[str, list[str]]


async def form_of(request: Request) -> Form:
    """Read a form; of a field that is said several times, the first."""
    body = (await request.body())[:_LONGEST]
    said = parse_qs(body.decode("utf-8", "replace"))
    form = Form({name: values[0].strip() for name, values in said.items()})
    form.many = said
    return form


def own(answer: Response) -> Response:
    """Return a page that is kept by nobody: it is about somebody."""
    answer.headers["Cache-Control"] = "no-store"
    if "ETag" in answer.headers:
        del answer.headers["ETag"]
    return answer
