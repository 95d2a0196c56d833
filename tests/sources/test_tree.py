"""XML and web pages: trees by name, XPath, and what is never read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from byalag import Misconfigured
from byalag.model import Json
from byalag.sources import Garbled, settle
from byalag.sources._forms import xml_form
from byalag.sources._tree import document, elements, picked, record_of

BOMB = b"""<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>"""
OUTSIDE = b"""<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><x>&a;</x>"""
UTF_16 = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x><x/>'.encode("utf-16")


@pytest.mark.parametrize("body", [BOMB, OUTSIDE, b"<!DOCTYPE x><x/>", UTF_16])
@pytest.mark.proves(13)
def test_a_doctype_is_refused(body: bytes) -> None:
    with pytest.raises(Garbled, match="DOCTYPE"):
        document(body)


@pytest.mark.parametrize("body", [b"", b"text", b"<a><b></a>", b"<a>" * 5000, b"\xff\xfe\x00"])
def test_what_is_not_xml_is_garbled(body: bytes) -> None:
    with pytest.raises(Garbled):
        document(body)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "the answer is empty"),
        (b"<!DOCTYPE html><html><p></html>", "the answer is a web page, not XML"),
        (b"<!DOCTYPE html><html/>", "the answer is a web page, not XML"),
    ],
)
def test_what_came_in_the_place_of_xml_is_said(body: bytes, why: str) -> None:
    with pytest.raises(Garbled) as error:
        document(body)
    assert str(error.value) == why


def test_prefixes_are_gone_and_attributes_have_an_at_sign() -> None:
    root = document(
        b'<n:a xmlns:n="urn:x" xmlns:y="urn:y"><n:b n:id="1" y:type="n:T">text<n:c/></n:b></n:a>'
    )
    (b,) = elements(root, "b")
    assert record_of(b) == {"@id": "1", "@type": "n:T", "#": "text", "c": None}


def test_several_of_one_name_are_a_list_and_a_named_list_is_one_even_alone() -> None:
    root = document(b"<a><r><v>1</v></r><r><v>1</v><v>2</v></r></a>")
    assert [record_of(one) for one in elements(root, "r")] == [{"v": "1"}, {"v": ["1", "2"]}]
    assert record_of(elements(root, "r")[0], frozenset({"v"})) == {"v": ["1"]}


@given(st.dictionaries(st.sampled_from("abcdef"), st.text("xyz åäö", min_size=1), max_size=4))
@settings(deadline=None, max_examples=40)
def test_what_was_written_is_what_is_read(record: dict[str, str]) -> None:
    root = etree.Element("root")
    one = etree.SubElement(root, "one")
    for name, text in record.items():
        etree.SubElement(one, name).text = text
    (found,) = elements(document(etree.tostring(root, encoding="utf-8")), "one")
    expected = {name: text.strip() or None for name, text in record.items()}
    assert record_of(found) == (expected or None)


def test_no_record_is_an_error_unless_that_is_normal() -> None:
    root = document(b"<a/>")
    for path in ("b.c", "//b"):
        with pytest.raises(Garbled, match="no records"):
            elements(root, path)
        assert elements(root, path, empty=True) == []


def test_a_page_is_read_by_xpath_and_what_is_missing_is_none() -> None:
    page = (
        b"<!DOCTYPE html><body><form><input name=token value=x></form>"
        b"<p class=lot><a href='/l/7'> P  <b>1</b></a></body>"
    )
    (lot,) = elements(document(page, html=True), "//p[@class='lot']")
    fields = {
        name: etree.XPath(path)
        for name, path in {
            "id": "substring-after(a/@href, '/l/')",
            "name": "a",
            "free": "i",
            "share": "count(a) div 2",
        }.items()
    }
    assert picked("@", lot, fields) == (
        "@",
        {"id": "7", "name": "P 1", "free": None, "share": "0.5"},
    )


@pytest.mark.parametrize(
    ("more", "named"),
    [({"records": "//p["}, "records"), ({"fields": {"a": "p["}}, "fields.a"), ({}, "html")],
)
def test_settings_that_cannot_work_are_named(more: dict[str, object], named: str) -> None:
    table = {
        "kind": "http-xml",
        "dataset": "parking",
        "url": "https://parking.example/",
        "records": "//p",
        "html": True,
        "thing": {"type": "OffStreetParking", "id": "{id}"},
    }
    kind, settings = settle(table | more, name="p")
    with pytest.raises(Misconfigured, match=f"`{named}`"):
        kind.prepare(settings)


@pytest.mark.parametrize(
    ("records", "fields", "first"),
    [
        ("sites.site", {}, {"@n": "1"}),
        ("//site", {}, {"@n": "1"}),
        ("sites.site", {"number": "@n"}, {"number": "1"}),
    ],
)
def test_what_stands_beside_the_records_is_a_tree_from_the_root(
    records: str, fields: dict[str, str], first: dict[str, Json]
) -> None:
    body = (
        b'<a v="2"><head><at>now</at></head><sites><by>x</by><site n="1"/><site n="2"/></sites></a>'
    )
    beside = {"@v": "2", "head": {"at": "now"}, "sites": {"by": "x"}}
    found = [
        one[1]
        for one in xml_form(records, fields=fields, beside=True)("", body)
        if isinstance(one, tuple)
    ]
    assert found[0] == {**first, "$document": beside}
    assert [one["$document"] for one in found if isinstance(one, dict)] == [beside, beside]
    plain = [one[1] for one in xml_form(records, fields=fields)("", body) if isinstance(one, tuple)]
    assert plain[0] == first
