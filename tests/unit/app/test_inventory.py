"""What a hub folder says of owners and classes, and what follows before anything starts."""

from pathlib import Path

import pytest

from byalag.app import Hub, check_hub, gaps, make_report, open_hub
from byalag.app._flow_hosts import host_of
from byalag.pages.stewardship import REPORTS
from byalag.store import Store
from byalag.testkit import byalag

CLASS = "classification = {{ confidentiality = {}, integrity = 1, availability = 1 }}\n"
OWNED = 'owner = "Ånge kommun"\nowner_role = "chef"\n'
FILES = {
    "hub.toml": 'name = "Prov"\n',
    "ange/municipality.toml": (
        'code = "2260"\nname = "Ånge"\n[contact]\nname = "Ånge"\nemail = "data@ange.example"\n'
        '[governance]\nowner = "Ånge kommun"\n'
    ),
    "ange/datasets/water.toml": 'title = { sv = "Vatten" }\nopen = true\n' + CLASS.format(0),
    "ange/sources/lab.toml": (
        'kind = "push"\ndataset = "water"\n\n[[series]]\n'
        'id = "sensor:ange:a/waterTemperature"\nunit = "Cel"\ncadence = "15m"\n'
    ),
}
GOVERNED = "[governance.series.waterTemperature]\n" + CLASS.format(3)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path


def faults(folder: Path) -> list[str]:
    _, problems = check_hub(folder)
    return [problem.say() for problem in problems if not problem.warning]


def hub(folder: Path) -> Hub:
    return open_hub(folder)


def test_what_a_municipality_says_is_inherited_and_told_so(folder: Path) -> None:
    found = hub(folder)
    assert found.tenants[0].datasets["water"].owner == "Ånge kommun"
    assert found.tenants[0].declared["water"].owner == ""
    rows = make_report(found, "inventory", None).rows
    assert [(row["kind"], row["owner"], row["ownerBy"]) for row in rows[:2]] == [
        ("dataset", "Ånge kommun", "municipality"),
        ("source", "Ånge kommun", "municipality"),
    ]


def test_what_is_lacking_is_told_and_stops_nothing(folder: Path) -> None:
    found = hub(folder)
    assert [gap.file for gap in gaps(found.tenants)] == ["ange/datasets/water.toml"]
    checked = byalag("check", folder)
    assert checked.code == 0
    assert "no role answers for the dataset" in checked.out + checked.err


def test_a_class_above_none_cannot_be_open(folder: Path) -> None:
    file = folder / "ange/datasets/water.toml"
    file.write_text(file.read_text().replace("confidentiality = 0", "confidentiality = 1"))
    [fault] = faults(folder)
    assert fault.startswith("ange/datasets/water.toml:2: open: ")


def test_a_kind_of_series_that_is_sensitive_cannot_be_in_an_open_dataset(folder: Path) -> None:
    file = folder / "ange/sources/lab.toml"
    file.write_text(file.read_text() + GOVERNED)
    [fault] = faults(folder)
    assert "governance.series.waterTemperature.classification" in fault
    assert "put it in a dataset of its own" in fault


def test_data_on_people_says_all_that_it_must_or_nothing_starts(folder: Path) -> None:
    care = folder / "ange/datasets/care.toml"
    care.write_text('title = { sv = "Larm" }\npersonal_data = true\n' + OWNED)
    settings = {fault.split(": ")[1] for fault in faults(folder)}
    assert settings == {
        "classification", "legal_basis", "purposes", "subjects", "categories", "retention",
    }  # fmt: skip


@pytest.mark.parametrize(("recipients", "allowed"), [("", False), ("hook", True), ("else", False)])
def test_what_is_sensitive_leaves_only_to_an_outlet_that_it_names(
    folder: Path, recipients: str, *, allowed: bool
) -> None:
    secret = folder / "ange/datasets/secret.toml"
    secret.write_text(
        f'title = {{ sv = "Hemligt" }}\nrecipients = ["{recipients}"]\n' + OWNED + CLASS.format(3)
    )
    (folder / "ange/outlets").mkdir()
    (folder / "ange/outlets/hook.toml").write_text(
        'kind = "webhook"\nurl = "https://a.example"\nsign.secrets = ["env:HOME"]\n'
        '[on]\ndatasets = ["secret"]\nobservations = "every"\n'
    )
    assert bool(faults(folder)) != allowed


def test_whoever_delivers_an_outlet_is_a_supplier_also_where_it_serves_a_unit(folder: Path) -> None:
    (folder / "ange/outlets").mkdir()
    (folder / "ange/outlets/hook.toml").write_text(
        'kind = "webhook"\nurl = "https://a.example"\nsign.secrets = ["env:HOME"]\n'
        '[supplier]\nname = "Larmbolaget"\ncontract_until = 2020-01-01\n'
        '[on]\ndatasets = ["water"]\nobservations = "every"\n'
    )
    (folder / "ange/outlets/sms.toml").write_text(
        'kind = "sms"\nurl = "https://sms.example/send"\nreceivers = "care"\n'
        """body = '{"to": "{to}", "text": "{text}"}'\n"""
    )
    rows = make_report(hub(folder), "suppliers", None).rows
    found = {row["name"]: row for row in rows if row["kind"] == "receiver"}
    hook, sms = found["hook"], found["sms"]
    assert (hook["supplier"], hook["contractUntil"]) == ("Larmbolaget", "2020-01-01")
    assert [gap["en"] for gap in hook["gaps"]] == ["the contract has ended"]
    assert (sms["hosts"], sms["datasets"], sms["personal"]) == (["sms.example"], [], True)
    assert [gap["en"] for gap in sms["gaps"]] == ["no supplier is named"]


def test_a_statement_is_led_to_as_the_municipalitys_own(folder: Path) -> None:
    rows = make_report(hub(folder), "accessibility", None).rows
    assert rows[0]["statement"] == [
        "/om/tillganglighet?kommun=2260",
        "/en/about/accessibility?kommun=2260",
    ]


def test_a_dataset_is_as_sensitive_as_the_most_sensitive_thing_in_it(folder: Path) -> None:
    water, lab = folder / "ange/datasets/water.toml", folder / "ange/sources/lab.toml"
    water.write_text(water.read_text().replace("open = true\n", ""))
    lab.write_text(lab.read_text() + GOVERNED)
    found = hub(folder)
    classification = found.tenants[0].datasets["water"].classification
    assert classification is not None
    assert classification.confidentiality == 3
    row = make_report(found, "inventory", None).rows[0]
    assert (row["class"], row["effectiveClass"]) == ("K0 R1 T1", "K3 R1 T1")


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_is_made_before_there_is_a_store_and_beside_a_hub_that_has_one(
    folder: Path, name: str
) -> None:
    found = hub(folder)
    report = next(one for one in REPORTS if one == name)
    before = make_report(found, report, "2260")
    with Store(found.store / "2260.sqlite") as store:
        store.publish(found.tenants[0].datasets).result()
        after = make_report(found, report, "2260")
    assert [column.name for column in before.columns] == [column.name for column in after.columns]
    assert len(before.rows) == len(after.rows)
    told = {column.name for column in after.columns}
    assert all(row.keys() <= told for row in after.rows)


def test_only_the_computer_in_an_address_is_told() -> None:
    assert host_of("https://api.example:8443/v1/KEY?token={secret:env:X}") == "api.example:8443"
    assert host_of("https://user:secret@api.example/x") == "api.example"
    assert host_of("https://{secret:env:HOST}/x") == ""
    assert host_of("mqtt://broker.example:99999") == ""
