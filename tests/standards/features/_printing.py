"""Writes a filter's JSON form as text, in another way than the product reads it."""

from byalag.model import Json

_INFIX = {"and", "or", "=", "<>", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "div", "^", "like"}


def printed(node: Json) -> str:  # noqa: PLR0911 -- one return a form
    if isinstance(node, bool):
        return "TRUE" if node else "false"
    if isinstance(node, int | float):
        return repr(node)
    if isinstance(node, str):
        return "'" + node.replace("'", "''") + "'"
    if "op" in node:
        return _call(node["op"], node["args"])
    if "property" in node:
        name: str = node["property"]
        return '"' + name.replace('"', '""') + '"'
    if "bbox" in node:
        return f"BBOX({','.join(map(repr, node['bbox']))})"
    if "timestamp" in node:
        return f"TIMESTAMP({printed(node['timestamp'])})"
    if "date" in node:
        return f"date({printed(node['date'])})"
    if "interval" in node:
        return f"INTERVAL({', '.join(map(printed, node['interval']))})"
    return f"{node['type'].upper()} {_positions(node['coordinates'])}"


def _call(op: str, args: Json) -> str:
    if op == "not":
        return f"NOT ({printed(args[0])})"
    if op == "isNull":
        return f"({printed(args[0])} IS NULL)"
    if op == "between":
        what, low, high = map(printed, args)
        return f"({what} BETWEEN {low} AND {high})"
    if op == "in":
        return f"({printed(args[0])} IN ({', '.join(map(printed, args[1]))}))"
    if op in _INFIX:
        return "(" + f" {op.upper()} ".join(map(printed, args)) + ")"
    return f"{op.upper() if op[1] == '_' else op}({', '.join(map(printed, args))})"


def _positions(coordinates: Json) -> str:
    if not isinstance(coordinates[0], list):
        return f"({_position(coordinates)})"
    if not isinstance(coordinates[0][0], list):
        return f"({', '.join(map(_position, coordinates))})"
    return f"({', '.join(map(_positions, coordinates))})"


def _position(position: Json) -> str:
    return " ".join(map(repr, position))
