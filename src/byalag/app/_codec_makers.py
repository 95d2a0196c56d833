"""Reads one maker's folder in a collection of codecs, whichever shape the collection has."""

import json
import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from byalag.app._codec_collection import CodecFile, Collection, Example, Model, is_list
from byalag.codecs import Codec, Decoded, NotACodec, Uplink
from byalag.model import Json, Micros

_EPOCH: Final = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_DOWNLINKS: Final = ("downlinkEncoder", "downlinkDecoder")
EXAMPLES: Final = ".examples.json"


def read_devices(collection: Collection, home: Path) -> None:
    """Read a maker in a collection of devices. YAML 1.2, where NO, On and Off are texts."""
    names = _makers_list(_yaml(collection, home / "index.yaml"))
    read = {file.stem: _yaml(collection, file) for file in sorted(home.glob("*.yaml"))}
    codecs: dict[str, str] = {}
    for stem, said in read.items():
        if _in(said, "uplinkDecoder"):
            codecs[stem] = _decoder(collection, home, stem, said)
    for stem, said in read.items():
        if stem not in names:
            continue
        profiles = [
            (str(region), str(_in(profile, "codec") or ""))
            for firmware in _list(_in(said, "firmwareVersions"))
            for region, profile in _items(_in(firmware, "profiles"))
        ]
        regions = tuple(dict.fromkeys(region for region, _ in profiles))
        for codec in dict.fromkeys(codecs.get(name, "") for _, name in profiles):
            if codec:
                title = str(_in(said, "name") or stem)
                model = Model(
                    vendor=home.name, name=stem, title=title, codec=codec, profiles=regions
                )
                collection.models.append(model)


def _decoder(collection: Collection, home: Path, stem: str, said: Json) -> str:
    script = home / str(_in(said, "uplinkDecoder", "fileName"))
    if not script.is_file():
        collection.unread[f"{home.name}/{stem}.yaml"] = f"there is no {script.name}"
        return ""
    codec = _codec(collection, script, f"{home.name}/{script.stem}")
    for number, given in enumerate(_list(_in(said, "uplinkDecoder", "examples")), 1):
        title = f"{home.name}/{stem} {number}: {_in(given, 'description') or ''}"
        _example(collection, codec, title, _in(given, "input"), _in(given, "output"))
    codec.downlinks += sum(len(_list(_in(said, part, "examples"))) for part in _DOWNLINKS)
    return codec.name


def read_profiles(collection: Collection, home: Path) -> None:
    """Read a maker in a collection of profiles, as ChirpStack keeps them since 2025."""
    for script in sorted((home / "codecs").glob("*.js")):
        codec = _codec(collection, script, f"{home.name}/{script.stem}")
        tests = home / "codecs" / f"test_decode_{script.stem}.json"
        for number, given in enumerate(_list(_json(collection, tests)), 1):
            title = f"{codec.name} {number}: {_in(given, 'name') or ''}"
            _example(collection, codec, title, _in(given, "input"), _in(given, "expected"))
        encoded = home / "codecs" / f"test_encode_{script.stem}.json"
        codec.downlinks += len(_list(_json(collection, encoded)))
    for file in sorted((home / "devices").glob("*.toml")):
        said = _in(_toml(collection, file), "device")
        profiles: dict[str, list[str]] = {}
        for firmware in _list(_in(said, "firmware")):
            codec_name = f"{home.name}/{Path(str(_in(firmware, 'codec') or '')).stem}"
            regions = (str(name).partition("-")[0] for name in _list(_in(firmware, "profiles")))
            profiles.setdefault(codec_name, []).extend(regions)
        for codec_name, found in profiles.items():
            collection.models.append(
                Model(
                    vendor=home.name,
                    name=file.stem,
                    title=str(_in(said, "name") or file.stem),
                    codec=codec_name,
                    profiles=tuple(dict.fromkeys(found)),
                )
            )


def read_hub(collection: Collection, home: Path) -> None:
    """Read a maker in a hub folder: what `byalag codecs add` brought, and what was written here."""
    for script in sorted(home.glob("*.js")):
        codec = _codec(collection, script, f"{home.name}/{script.stem}")
        for number, given in enumerate(_list(_json(collection, home / f"{script.stem}{EXAMPLES}"))):
            title = _in(given, "name") or f"{codec.name} {number + 1}"
            _example(collection, codec, title, _in(given, "input"), _in(given, "expected"))


def _codec(collection: Collection, script: Path, name: str) -> CodecFile:
    return collection.codecs.setdefault(name, CodecFile(name=name, file=script))


def _example(
    collection: Collection, codec: CodecFile, title: str, given: Json, expected: Json
) -> None:
    """Add an example; one that is not as it should be is told of."""
    try:
        data = _bytes(_in(given, "bytes"))
        port = int(_in(given, "fPort") or 0)
        at = _moment(_in(given, "recvTime"))
    except (TypeError, ValueError) as error:
        collection.unread[title] = f"the example cannot be read: {error}"
        return
    variables = {str(name): str(value) for name, value in _items(_in(given, "variables"))}
    codec.examples.append(
        Example(
            name=title, data=data, port=port, expected=expected or {}, at=at, variables=variables
        )
    )


def _bytes(given: Json) -> bytes:
    if isinstance(given, str):
        return bytes.fromhex(given)
    return bytes(int(one, 0) if isinstance(one, str) else one for one in _list(given))


def _moment(given: Json) -> Micros:
    if given is None:
        return 0
    moment = given if isinstance(given, datetime) else datetime.fromisoformat(str(given))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=_EPOCH.tzinfo)
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _makers_list(index: Json) -> set[str]:
    return {str(name) for name in _list(_in(index, "endDevices"))}


def _in(said: Json, *names: str) -> Any:  # noqa: ANN401 -- whatever a file says
    found: Any = said
    for name in names:
        found = found.get(name) if isinstance(found, Mapping) else None  # pyright: ignore[reportUnknownVariableType,reportUnknownMemberType]  # a file's own shape
    return found  # pyright: ignore[reportUnknownVariableType]  # a file's own shape


def _list(said: Json) -> list[Any]:
    return said if is_list(said) else []


def _items(said: Json) -> list[tuple[Any, Any]]:
    return list(said.items()) if isinstance(said, Mapping) else []  # pyright: ignore[reportUnknownVariableType,reportUnknownMemberType,reportUnknownArgumentType]  # a file's own shape


def _yaml(collection: Collection, file: Path) -> Json:
    try:
        return YAML(typ="safe", pure=True).load(file) if file.is_file() else None  # pyright: ignore[reportUnknownMemberType]  # YAML has no types
    except (YAMLError, ValueError) as error:
        collection.unread[_shown(collection, file)] = str(error).splitlines()[0]
        return None


def _json(collection: Collection, file: Path) -> Json:
    """Read JSON; some files are rather what JavaScript has for it: 0x1F, names without quotes."""
    if not file.is_file():
        return None
    text = file.read_text("utf-8-sig")
    try:
        return json.loads(text)
    except ValueError as error:
        why = str(error)
    try:
        read = Codec(f"function decodeUplink() {{ return {{ data: (\n{text}\n) }} }}")
    except NotACodec:
        collection.unread[_shown(collection, file)] = why
        return None
    [found] = read.decode([Uplink(data=b"", port=0)])
    if isinstance(found, Decoded):
        return found.data
    collection.unread[_shown(collection, file)] = why
    return None


def _toml(collection: Collection, file: Path) -> Json:
    try:
        return tomllib.loads(file.read_text("utf-8-sig"))
    except ValueError as error:
        collection.unread[_shown(collection, file)] = str(error)
        return None


def _shown(collection: Collection, file: Path) -> str:
    return str(file.relative_to(collection.folder))
