"""`byalag api lint`: does an API's description follow Digg's profile?"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click
import msgspec
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from byalag import Misconfigured
from byalag.app import look_once
from byalag.cli._language import language, say
from byalag.cli._out import Out, shared_options
from byalag.cli._parts import read
from byalag.model import Json
from byalag.standards.profile.lint import PROFILE, RULES, Finding, lint

FOUND_WRONG = 3
_MOST = 10_000_000  # bytes


@click.group()
def api() -> None:
    """Look at how APIs are described."""


@api.command("lint")
@click.argument("address", metavar="URL|FILE")
@click.option("--allow", multiple=True, help="Range of own addresses that may be asked, CIDR.")
@shared_options
def lint_(address: str, allow: tuple[str, ...], out: Out) -> int:
    """Check an OpenAPI document against Digg's REST API profile, rule by rule."""
    findings = lint(_document(address, allow))
    open_ = [one for one in findings if one.excepted is None]
    excepted = [one for one in findings if one.excepted is not None]
    must = [one for one in open_ if one.rule.binding]
    out.result(
        {
            "ok": not must,
            "profile": PROFILE,
            "rules": len(RULES),
            "findings": [_told(one) for one in open_],
            "exceptions": [_told(one) for one in excepted],
        }
    )
    for one in open_:
        what = f" ({one.what})" if one.what else ""
        out.line(f"{one.rule.id} {one.rule.level} {one.at}{what}: {one.rule.says[language()]}")
    _tell_exceptions(excepted, out)
    counts = {"must": len(must), "should": len(open_) - len(must), "excepted": len(excepted)}
    if open_:
        out.message(
            say(
                "{must} that must be mended, {should} that should, {excepted} declared exceptions.",
                **counts,
            )
        )
    else:
        text = say(
            "{address} follows the profile, as far as a document can show. Checked: {rules} rules.",
            address=address,
            rules=len(RULES),
        )
        out.message(text)
    return FOUND_WRONG if must else 0


def _tell_exceptions(excepted: Sequence[Finding], out: Out) -> None:
    counts = Counter(one.rule.id for one in excepted)
    whys = {one.rule.id: one.excepted or {} for one in excepted}
    for rule, count in counts.items():
        why = whys[rule].get(language()) or next(iter(whys[rule].values()), "")
        out.message(
            say("Declared exception {rule} ({count}): {why}", rule=rule, count=count, why=why)
        )


def _told(one: Finding) -> Json:
    rule = one.rule
    said = {"rule": rule.id, "level": rule.level, "at": one.at, "what": one.what}
    why = {} if one.excepted is None else {"why": one.excepted}
    return {**said, "says": rule.says[language()], **why}


def _document(address: str, allow: tuple[str, ...]) -> Json:
    """Read a document from a file or an address: JSON, or else YAML."""
    if address.startswith(("http://", "https://")):
        body = look_once(address, headers={}, allowed=allow, folder=Path()).body
    else:
        file = Path(address)
        if not file.is_file():
            text = say("{address} is neither an address nor a file", address=address)
            raise click.BadParameter(text, param_hint="URL|FILE")
        body = read(file, hint="FILE")
    if len(body) > _MOST:
        message = f"{address} is larger than {_MOST // 1_000_000} MB"
        raise Misconfigured(message)
    try:
        return msgspec.json.decode(body)
    except msgspec.DecodeError:
        return _yaml(address, body)


def _yaml(address: str, body: bytes) -> Json:
    try:
        return YAML(typ="safe", pure=True).load(body)  # pyright: ignore[reportUnknownMemberType]  # it has no types
    except (YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        first = str(error).partition("\n")[0]
        message = say("{address} is neither JSON nor YAML: {error}", address=address, error=first)
        raise Misconfigured(message) from error
