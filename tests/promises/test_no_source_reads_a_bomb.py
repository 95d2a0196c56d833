"""Promises 12 to 14 for every kind of source: a bomb is refused, and tells nothing of inside."""

from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from byalag.sources import AnyKind, Garbled
from byalag.testkit import every_source, heard, samples

LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
BOMBS = {
    "billion laughs": f'<!DOCTYPE l [<!ENTITY a0 "ha">{LAUGHS}]><l>&a9;</l>'.encode(),
    "quadratic": b'<!DOCTYPE l [<!ENTITY a "%s">]><l>%s</l>' % (b"x" * 50_000, b"&a;" * 5000),
    "external entity": b'<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]><l>&a;</l>',
    "external document type": b'<!DOCTYPE l SYSTEM "file:///etc/passwd"><l/>',
    "deep XML": b"<a>" * 200_000,
    "deep JSON": b"[" * 200_000 + b"]" * 200_000,
    "deep objects": b'{"a":' * 200_000 + b"1" + b"}" * 200_000,
    "a number without an end": b"[" + b"9" * 1_000_000 + b"]",
    "1e400": b'[{"id": "a", "value": 1e400}, {"id": "b", "value": NaN}]',
}
KINDS = [
    pytest.param(case, kind, id=f"{kind.name}/{case.name}")
    for home, kind in every_source()
    for case in samples(home)[:1]
]


def packed(members: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return out.getvalue()


def bombs() -> dict[str, bytes]:
    sheets = ("[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml")
    books = {
        f"workbook with {name}": packed(dict.fromkeys(sheets, body))
        for name, body in BOMBS.items()
        if b"DOCTYPE" in body
    }
    large = packed({"xl/worksheets/sheet1.xml": bytes(64 * 1024 * 1024)})
    many = packed({f"{number}.json": b"{}" for number in range(3000)})
    inside = packed({"all.zip": packed({"all.json": bytes(64 * 1024 * 1024)})})
    return BOMBS | books | {"large member": large, "many members": many, "zip in a zip": inside}


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    return bombs()


@pytest.mark.promise
@pytest.mark.proves(12, 13, 14)
@pytest.mark.parametrize(("case", "kind"), KINDS)
def test_no_kind_of_source_unfolds_a_bomb_or_reads_what_it_points_at(
    case: Path, kind: AnyKind, made: dict[str, bytes], promised: dict[str, object]
) -> None:
    refused = 0
    for name, body in made.items():
        try:
            facts = heard(case, kind, body)
        except Garbled:
            refused += 1
            continue
        assert sum(map(len, facts)) < 1_000_000, name
        assert "root:" not in "".join(facts), name
        told = [fact for fact in facts if '"Rejected"' in fact or "why" in fact]
        refused += bool(told) or not facts
    promised.update(bombs=len(made), refused=refused)
