"""A page of care: what all of them have in common, and that nobody keeps a copy of it."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from byalag.model import MunicipalityCode
from byalag.pages._desk import moment
from byalag.pages._language import Language
from byalag.pages._site import Site
from byalag.pages.care._form import own


def page(  # noqa: PLR0913 -- what makes one page
    site: Site,
    request: Request,
    language: Language,
    template: str,
    *,
    here: str,
    place: Mapping[str, str] | None = None,
    code: MunicipalityCode | None = None,
    refused: str = "",
    status: int = 200,
    **context: Any,  # noqa: ANN401 -- whatever the template wants
) -> Response:
    """Answer with a page; `place` is what its address names, `code` whose look it has."""
    town = next((one for one in site.view.municipalities if one.code == code), None)
    return own(
        site.page(
            request,
            language,
            template,
            here=here,
            named=place,
            status=409 if refused else status,
            place=place or {},
            town=town,
            moment=moment,
            refused=refused,
            said=request.query_params.get("said", ""),
            **context,
        )
    )
