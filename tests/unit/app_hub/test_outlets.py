"""Outlets in a hub folder: checked with the line, and used from a terminal."""

import json
from pathlib import Path

import pytest

from byalag.store import Outgoing, Store
from byalag.testkit import Answer, Faulty, RunningHub, byalag

GOOD = """kind = "file"
folder = "ut"
[on]
datasets = ["sensors"]
observations = "every"
"""


@pytest.fixture
def hub(tmp_path: Path) -> Path:
    folder = tmp_path / "nav"
    assert byalag("init", folder, "--municipality", "2482").code == 0
    (folder / "skelleftea" / "sources" / "hav.toml").unlink(missing_ok=True)
    (folder / "skelleftea" / "outlets").mkdir()
    return folder


def write(hub: Path, name: str, text: str) -> None:
    (hub / "skelleftea" / "outlets" / f"{name}.toml").write_text(text)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('kind = "fil"\n', 1, "'fil' is not known; use one of"),
        (GOOD.replace("folder", "foldr"), 2, "foldr: is not known"),
        (GOOD.replace("sensors", "sensor"), 4, "the dataset 'sensor' is not there"),
        (GOOD.replace('"every"', '"none"'), 4, "not what is to be told"),
        (GOOD + 'sources = ["x"]\nstates = ["silent"]\n', 6, "the source 'x' is not there"),
        (GOOD + '[[on.threshold]]\nproperty = "t"\n', 6, "give either above or below"),
        (GOOD + '[[on.threshold]]\nproperty="t"\nbelow=1\nclear=0\n', 9, "where all is well"),
        (
            GOOD + '[[on.threshold]]\nproperty="t"\nbelow=1\ntext={sv="{x}"}\n',
            9,
            "{x} is not known",
        ),
        (GOOD.replace("[on]", 'name = "a.json"\n[on]'), 3, "must say {id}"),
        ('kind = "sms"\nurl = "https://a.b"\nto = []\n', 3, "name a receiver"),
        (
            'kind = "sms"\nurl = "https://a.b"\nto = [{number = "070"}]\n',
            3,
            "with its country code",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line(hub: Path, text: str, line: int, said: str) -> None:
    write(hub, "ut", text)
    checked = byalag("check", hub)
    assert checked.code == 4
    assert f"outlets/ut.toml:{line}: " in checked.out + checked.err
    assert said in checked.out + checked.err


def test_a_secret_that_is_not_there_and_personal_data_are_warned_of(hub: Path) -> None:
    dataset = hub / "skelleftea" / "datasets" / "care.toml"
    dataset.write_text(
        'title = { sv = "Omsorg" }\npersonal_data = true\nowner = "Skellefteå kommun"\n'
        'legal_basis = "public-task"\nretention = "90d"\nsubjects = { sv = "Boende" }\n'
        'categories = { sv = "Larm" }\npurposes = { care = { sv = "Vård" } }\n'
        "classification = { confidentiality = 2, integrity = 2, availability = 2 }\n"
    )
    hook = 'kind = "webhook"\nurl = "https://a.b"\nsign.secrets = ["env:NOT_SET_ANYWHERE"]\n'
    write(hub, "ut", hook + '[on]\ndatasets = ["care"]\nobservations = "every"\n')
    checked = byalag("check", hub)
    said = checked.out + checked.err
    assert "outlets/ut.toml:3" in said
    assert "NOT_SET_ANYWHERE" in said
    assert "holds personal data" in said


def test_a_test_message_says_that_it_is_one(hub: Path) -> None:
    write(hub, "ut", GOOD)
    assert byalag("outlet", "try", hub, "ut").code == 0
    [file] = (hub / "ut").iterdir()
    said = json.loads(file.read_text())
    assert said["matter"] == "test"
    assert said["subject"]["sv"].startswith("PROV från Byalag")


def test_trying_an_outlet_that_refuses_says_so_with_its_own_exit_code(hub: Path) -> None:
    municipality = hub / "skelleftea" / "municipality.toml"
    municipality.write_text('on_premises = ["127.0.0.0/8"]\n' + municipality.read_text())
    with Faulty(x=Answer(status=403)) as server:
        write(hub, "ut", f'kind = "webhook"\nurl = "{server.url("/x")}"\n')
        tried = byalag("outlet", "try", hub, "ut")
    assert tried.code == 5
    assert "it answered 403" in tried.err


def test_an_outlet_that_is_not_there_is_answered_with_those_that_are(hub: Path) -> None:
    write(hub, "ut", GOOD)
    assert "No outlet 'in'; there is ut." in byalag("outlet", "try", hub, "in").err
    swedish = byalag("outlet", "queue", hub, "in", language="sv")
    assert "Utgången 'in' finns inte; det här finns: ut." in swedish.err


def test_the_queue_is_shown_and_put_back_beside_a_running_hub(hub: Path) -> None:
    (hub / "ut").write_text("in the way")
    write(hub, "ut", GOOD)
    (hub / "store").mkdir(exist_ok=True)
    with Store(hub / "store" / "2482.sqlite") as store:
        letters = [Outgoing(id=f"msg_{n}", receiver="", message=b"not a message") for n in "ab"]
        store.queue.put("ut", letters, at=1).result()
    with RunningHub("serve", hub):
        shown = byalag("outlet", "queue", hub, "ut", "--json").json
        assert len(shown["messages"]) == 2
        listed = byalag("outlet", "list", hub).out
        assert "ut\t2482\tFiles" in listed
        number = shown["messages"][0]["number"]
        assert byalag("outlet", "again", hub, "ut", number, 99).code == 3
        assert "PUT" not in byalag("outlet", "again", hub, "ut").out
