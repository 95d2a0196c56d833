"""Pages about the site itself: where its data come from, and how accessible it is."""

from starlette.requests import Request
from starlette.responses import Response

from byalag.pages._language import Language
from byalag.pages._site import Site


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
    """Answer with the accessibility statement that the law asks for, and where to report."""
    return site.page(request, language, "accessibility.html", here="accessibility")
