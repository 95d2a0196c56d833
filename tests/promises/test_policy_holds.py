"""Policy follows classification, in a hub that runs: what is not open is in no public answer.

Two municipalities. One has an open dataset and one about people, with the same kind of readings in
both; the other has a closed one.
"""

from pathlib import Path

import pytest

from byalag.model import Dataset, Klassa, Observation, Series, Thing
from byalag.store import Change, Share, Store
from byalag.testkit import RunningHub, byalag

CANARY = "kanariefågeln"
PUBLIC = ("/om/data", "/datasets/dcat", "/2482/datasets/dcat", "/features/v1/collections",
          "/sensorthings/v1.1/Things", "/ngsi-ld/v1/types")  # fmt: skip
CARE = f"""title = {{ sv = "Larm {CANARY}" }}
personal_data = true
owner = "Kommunen"
owner_role = "socialchef"
classification = {{ confidentiality = 3, integrity = 3, availability = 3 }}
legal_basis = "public-task"
purposes = {{ home-care = {{ sv = "Trygghet hemma" }} }}
subjects = {{ sv = "Människor med hemtjänst" }}
categories = {{ sv = "Larm" }}
retention = "90d"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    hub = tmp_path / "nav"
    assert byalag("init", hub, "--municipality", "2482").code == 0
    (hub / "skelleftea/sources/hav.toml").unlink(missing_ok=True)
    (hub / "skelleftea/datasets/care.toml").write_text(CARE)
    (hub / "ange/datasets").mkdir(parents=True)
    (hub / "ange/municipality.toml").write_text('code = "2260"\nname = "Ånge"\n')
    (hub / "ange/datasets/ange-closed.toml").write_text(
        f'title = {{ sv = "Stängt {CANARY}" }}\nowner = "Ånge kommun"\n'
    )
    return hub


def key(folder: Path, code: str) -> str:
    made = byalag(
        "key", "new", folder, "--municipality", code, "--scope", "stewardship:read", "--json"
    )
    return str(made.json["key"])


@pytest.mark.promise
def test_a_class_is_kept_to_from_the_folder_to_every_public_answer(folder: Path) -> None:
    keys = {code: key(folder, code) for code in ("2482", "2260")}
    with RunningHub("serve", folder) as hub:
        for address in PUBLIC:
            assert CANARY not in hub.get(address).text, address
        for code, other in (("2482", "2260"), ("2260", "2482")):
            shown = {"Authorization": f"Bearer {keys[code]}"}
            for name in ("article-30", "inventory", "suppliers", "accessibility", "flow"):
                at = f"/stewardship/v1/reports/{name}"
                assert hub.get(at).status == 401
                own = hub.get(at, **shown)
                assert own.status == 200
                codes = {row["municipality"] for row in own.json["rows"]} - {""}
                assert codes <= {code}
                assert hub.get(f"{at}?municipality={other}", **shown).status == 404
    care = folder / "skelleftea/datasets/care.toml"
    care.write_text(f"{CARE}open = true\n")
    assert byalag("check", folder).code == 4
    assert byalag("serve", folder).code == 4


@pytest.mark.promise
@pytest.mark.parametrize(
    "closed",
    [
        Dataset(id="care", title={"sv": CANARY}),
        Dataset(id="care", title={"sv": CANARY}, personal_data=True),
        Dataset(
            id="care",
            title={"sv": CANARY},
            classification=Klassa(confidentiality=1, integrity=0, availability=0),
        ),
    ],
)
def test_the_commons_refuses_what_is_not_open_whatever_is_said(
    tmp_path: Path, closed: Dataset
) -> None:
    series = Series(id="home:a:b/alarm", thing="home:a:b", property="alarm", dataset="care")
    thing = Thing(id="home:a:b", type="Home", dataset="care", name=CANARY)
    said = Change(seq=1, dataset="care", facts=[thing, series, Observation(series.id, 1, 1.0)])
    with Store(tmp_path / "commons.sqlite") as commons:
        commons.publish({"care": closed}, origin="2482").result()
        commons.absorb("2482", [said]).result()
        commons.quality.keep(closed.id, [Share("validity", 0, 1, 1)]).result()
        assert commons.counts().things == commons.counts().observations == 0
        assert commons.quality.of("care") == []
