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


def test_no_municipality_can_be_said_of_a_key_and_what_is_none_is_answered(tmp_path: Path) -> None:
    key = f'[[key]]\nprefix = "abcd"\nsha256 = "{"0" * 64}"\nmunicipality = '
    assert problems(tmp_path, "ange/keys.toml", f'{key}""\n') == []
    [(setting, english)] = problems(tmp_path, "ange/keys.toml", f'{key}"226"\n')
    assert setting == "key[0].municipality"
    assert english == 'cannot be read. Write the code of a municipality, as "2482", or nothing.'


def test_no_municipality_can_be_said_of_a_product(tmp_path: Path) -> None:
    product = 'title = { sv = "A" }\napis = ["baths"]\ncontact = { phone = "1" }\nmunicipality = '
    assert problems(tmp_path, "products/a.toml", f'{product}""\n') == []
    [(setting, english)] = problems(tmp_path, "products/a.toml", f'{product}"226"\n')
    assert setting == "municipality"
    assert english.endswith("or nothing.")


def test_an_unknown_setting_in_a_table_that_may_be_left_out_lists_what_there_is(
    tmp_path: Path,
) -> None:
    written = 'name = "Prov"\n\n[login]\npseudonym = "env:A"\n'
    [(setting, english)] = problems(tmp_path, "hub.toml", written)[:1]
    assert setting == "login.pseudonym"
    assert english.startswith("is not known; what can be given here is pseudonyms, ")


def problems(folder: Path, name: str, text: str) -> list[tuple[str, str]]:
    for each, body in {**FILES, name: text}.items():
        file = folder / each
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(body, "utf-8")
    return [(one.setting, one.why["en"]) for one in check_hub(folder)[1]]
