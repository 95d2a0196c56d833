"""One dataset of a municipality takes what is written, and nothing else fills it."""

from pathlib import Path

import pytest

from byalag.app import check_hub, open_hub

FILES = {
    "hub.toml": 'name = "Prov"\n',
    "ange/municipality.toml": 'code = "2260"\nname = "Ånge"\n',
    "ange/datasets/a.toml": 'title = { sv = "A" }\nwritten = true\n',
}
SECOND = {"ange/datasets/b.toml": 'title = { sv = "B" }\nwritten = true\n'}
SOURCE = {
    "ange/sources/g.toml": 'kind = "push"\ndataset = "a"\n\n'
    '[[series]]\nid = "sensor:ange:x/temperature"\nunit = "Cel"\n'
}
PLACES = {
    "ange/places/p.toml": 'dataset = "a"\n\n'
    '[[place]]\nid = "bath:ange:x"\ntype = "BathingPlace"\nname = "X"\n'
}


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def test_a_municipality_has_a_dataset_that_takes_what_is_written(tmp_path: Path) -> None:
    [tenant] = open_hub(write(tmp_path, FILES)).tenants
    assert tenant.written is not None
    assert tenant.written.id == "a"


def test_a_municipality_need_not_have_one(tmp_path: Path) -> None:
    closed = {**FILES, "ange/datasets/a.toml": 'title = { sv = "A" }\n'}
    [tenant] = open_hub(write(tmp_path, closed)).tenants
    assert tenant.written is None


@pytest.mark.parametrize(
    ("more", "said"), [(SECOND, "already takes"), (SOURCE, "of its own"), (PLACES, "of its own")]
)
def test_it_has_no_more_than_one_and_nothing_else_fills_it(
    tmp_path: Path, more: dict[str, str], said: str
) -> None:
    hub, problems = check_hub(write(tmp_path, FILES | more))
    assert hub is None
    [problem] = [each for each in problems if not each.warning]
    assert problem.setting == "written"
    assert problem.line == 2
    assert said in problem.say()
