"""Pages about the site itself: where its data come from, and how accessible it is."""

from starlette.requests import Request
from starlette.responses import Response

from byalag.pages._language import Language
from byalag.pages._site import Site
from byalag.pages._towns import town_of


def show_data(site: Site, language: Language, request: Request) -> Response:
    """Answer with the sources, their licences, and how old values are shown."""
    known = site.view.reader.datasets()
    return site.page(
        request,
        language,
        "data.html",
        here="data",
        datasets=[known[name] for name in sorted(known)],
    )


def show_accessibility(site: Site, language: Language, request: Request) -> Response:
    """Answer with the accessibility statement that the law asks for, and where to report.

    With `?kommun=` it is a municipality's own.
    """
    town = town_of(site, request.query_params.get("kommun", ""))
    statement = town.accessibility if town else None
    said = [statement.report] if statement else []
    said += [town.contact] if town else []
    told = (one for one in [*said, site.view.contact] if one.email or one.phone or one.url)
    return site.page(
        request,
        language,
        "accessibility.html",
        here="accessibility",
        town=town,
        statement=statement,
        contact=next(told, site.view.contact),
    )
