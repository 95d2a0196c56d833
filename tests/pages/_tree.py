"""Reads a page as a tree."""

from typing import Any, cast

from lxml import html

HTML = {"Accept": "text/html"}


def tree_of(text: str) -> html.HtmlElement:
    return html.document_fromstring(text)


def find(tree: html.HtmlElement, path: str) -> list[Any]:
    """Find elements or attributes; the path never asks for a number or a text."""
    return cast("list[Any]", tree.xpath(path))


def words_of(tree: html.HtmlElement) -> str:
    return " ".join(str(tree.text_content()).split())
