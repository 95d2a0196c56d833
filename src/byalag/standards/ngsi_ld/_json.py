"""Looking into JSON of which nothing is known. Pure."""

from byalag.model import Json


def listed(value: Json) -> list[Json]:
    """Return what an array holds, or what is no array as the only one."""
    return value if isinstance(value, list) else [value]  # pyright: ignore[reportUnknownVariableType]  # nothing is known of it


def members(value: Json) -> dict[str, Json]:
    """Return the members of an object; none if it is no object."""
    return value if isinstance(value, dict) else {}  # pyright: ignore[reportUnknownVariableType]  # nothing is known of it
