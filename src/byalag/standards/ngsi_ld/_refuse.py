"""The three ways in which what is asked for is refused, each with what to do about it."""

from typing import NoReturn

from byalag.standards.ngsi_ld._problem import Refused


def refuse_data(detail: str) -> NoReturn:
    """Refuse what can be read but cannot be asked.

    Raises:
        Refused: Always, as BadRequestData.
    """
    raise Refused(detail, "BadRequestData")


def refuse_request(detail: str) -> NoReturn:
    """Refuse what is no request of this language.

    Raises:
        Refused: Always, as InvalidRequest.
    """
    raise Refused(detail, "InvalidRequest")


def refuse_missing(detail: str) -> NoReturn:
    """Refuse what is not here.

    Raises:
        Refused: Always, as ResourceNotFound.
    """
    raise Refused(detail, "ResourceNotFound")
