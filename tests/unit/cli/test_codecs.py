"""`byalag codecs`: bring codecs from both public shapes of collection, and run their examples."""

import tomllib
from pathlib import Path

import pytest

from byalag.testkit import byalag

CODEC = "function decodeUplink(i) { return { data: { temperature: i.bytes[0], door: 'Off' } } }\n"


@pytest.fixture
def devices(tmp_path: Path) -> Path:
    """Return a collection of devices: YAML 1.2, where Off is a text."""
    home = tmp_path / "devices" / "vendor" / "acme"
    home.mkdir(parents=True)
    (tmp_path / "devices" / "LICENSE").write_text("MIT License\n")
    (home / "index.yaml").write_text("endDevices:\n  - t1\n")
    (home / "t1.yaml").write_text(
        "name: T1\nfirmwareVersions:\n  - version: '1'\n    profiles:\n"
        "      EU863-870:\n        id: p\n        codec: t1-codec\n"
    )
    (home / "t1-codec.yaml").write_text(
        "uplinkDecoder:\n  fileName: t1.js\n  examples:\n    - description: warm\n      input:\n"
        "        fPort: 2\n        bytes: [0x15]\n      output:\n        data:\n"
        "          temperature: 21\n          door: Off\n"
        "downlinkEncoder:\n  fileName: t1.js\n  examples:\n    - description: x\n"
    )
    (home / "t1.js").write_text(CODEC)
    return tmp_path / "devices"


@pytest.fixture
def profiles(tmp_path: Path) -> Path:
    """Return a collection of profiles, as ChirpStack keeps them."""
    home = tmp_path / "profiles" / "vendors" / "acme"
    (home / "codecs").mkdir(parents=True)
    (home / "devices").mkdir()
    (home / "codecs" / "t1.js").write_text(CODEC)
    (home / "codecs" / "test_decode_t1.json").write_text(
        '[{"name": "warm", "input": {"fPort": 2, bytes: [0x15]}, '
        '"expected": {"data": {"temperature": 22, "door": "Off"}}}]'
    )
    (home / "devices" / "t1.toml").write_text(
        '[device]\nname = "T1"\n[[device.firmware]]\nversion = "1"\n'
        'profiles = ["EU868-1_0_3.toml"]\ncodec = "t1.js"\n'
    )
    return tmp_path / "profiles"


def test_codecs_are_brought_with_examples_licence_and_a_draft(
    devices: Path, tmp_path: Path
) -> None:
    hub = tmp_path / "hub"
    assert byalag("init", hub, "--municipality", "2482").code == 0
    added = byalag("codecs", "add", hub, devices, "--json").json
    assert added == {"makers": 1, "codecs": 1, "types": 1, "examples": 1, "unread": {}}
    assert (hub / "codecs/acme/LICENSE").read_text() == "MIT License\n"
    text = (hub / "codecs/acme/index.toml").read_text()
    index = tomllib.loads(text)
    assert index["licence"] == "MIT"
    [kind] = index["type"]
    assert kind["codec"] == "acme/t1"
    assert kind["series"] == [{"name": "temperature", "value": "temperature", "unit": "Cel"}]
    assert 'unit = "Cel"  # guess' in text
    assert "EU863-870. Ports in examples: 2" in text
    tested = byalag("codecs", "test", hub, "--json")
    assert (tested.code, tested.json["passed"], tested.json["examples"]) == (0, 1, 1)
    assert byalag("check", hub).code == 0


def test_examples_of_a_collection_are_run_and_what_is_for_devices_is_counted(
    devices: Path,
) -> None:
    tested = byalag("codecs", "test", devices, "--json")
    assert tested.code == 0
    assert (tested.json["passed"], tested.json["downlinksPassedOver"]) == (1, 1)


def test_a_difference_is_shown_and_told_by_the_exit_code(profiles: Path) -> None:
    tested = byalag("--lang", "en", "codecs", "test", profiles)
    assert tested.code == 3
    assert "data.temperature is 21, expected 22" in tested.out
    assert "0 of 1 examples pass" in tested.out


def test_a_folder_without_codecs_is_answered_with_what_is_looked_for(tmp_path: Path) -> None:
    told = byalag("--lang", "en", "codecs", "test", tmp_path)
    assert told.code == 4
    assert "vendor/ (a collection of devices)" in told.err


def test_only_what_is_asked_for_is_brought(devices: Path, tmp_path: Path) -> None:
    told = byalag("--lang", "en", "codecs", "add", tmp_path, devices, "--vendor", "other")
    assert "no codec in" in told.err
    assert not (tmp_path / "codecs").exists()
