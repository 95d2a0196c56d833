"""A wrong word or a secret written out is answered with what can be written instead."""

from pathlib import Path

import pytest

from byalag.app import check_hub

FILES = {
    "hub.toml": 'name = "Prov"\n',
    "ange/municipality.toml": 'code = "2260"\nname = "Ånge"\n',
    "ange/datasets/sensors.toml": 'title = { sv = "Givare" }\n',
}
MAPPING = '\n[thing]\ntype = "Device"\nid = "{id}"\n'
MQTT = 'kind = "mqtt"\ndataset = "sensors"\nurl = "mqtt://x.example"\ntopics = ["a"]\n'
NATS = 'kind = "nats"\ndataset = "sensors"\nurl = "nats://x.example"\nstream = "A"\n'


def said(folder: Path, source: str) -> tuple[str, str, str]:
    for name, text in {**FILES, "ange/sources/one.toml": source + MAPPING}.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    [problem] = check_hub(folder)[1]
    assert not problem.warning
    return problem.setting, problem.why["en"], problem.why["sv"]


def test_a_wrong_word_is_answered_with_the_words_there_are(tmp_path: Path) -> None:
    setting, english, swedish = said(tmp_path, MQTT + 'version = "3"\n')
    assert setting == "version"
    assert english == "'3' is not known. Use one of '3.1.1', '5'."
    assert swedish == "'3' finns inte. Det här finns: '3.1.1', '5'."


@pytest.mark.parametrize(
    ("source", "setting"),
    [(MQTT, "password"), (MQTT, "ca"), (NATS, "password"), (NATS, "token"), (NATS, "ca")],
)
def test_a_brokers_secret_is_never_written_out(tmp_path: Path, source: str, setting: str) -> None:
    where, english, swedish = said(tmp_path, f'{source}{setting} = "hunter2"\n')
    assert where == setting
    assert "env:NAME" in english
    assert "env:NAMN" in swedish
    assert "hunter2" not in english + swedish
