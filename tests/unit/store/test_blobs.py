"""Bytes are in their place whole or not at all, and versions are counted by what they hold."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from byalag.model import Dataset
from byalag.store import Blobs, Store

DAY = 86_400_000_000
NOW = 1_783_000_000_000_000


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    with Store(tmp_path / "own.sqlite") as own, Store(tmp_path / "commons.sqlite") as commons:
        yield own, commons


def carry(own: Store, commons: Store, *, opened: bool) -> None:
    """Declare a dataset, open or not, and carry over what there is to tell."""
    dataset = Dataset(id="parking", title={"sv": "Parkering"}, open=opened)
    own.publish({"parking": dataset}).result()
    commons.publish({"parking": dataset} if opened else {}, origin="2482").result()
    commons.absorb("2482", own.changes(commons.cursor("2482"), 100)).result()


def test_bytes_are_in_their_place_only_when_they_are_whole(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path / "files")
    coming = blobs.incoming()
    coming.write(b"half")
    assert not blobs.place(coming.digest).exists()
    coming.write(b" and half")
    kept = coming.keep()
    coming.drop()
    assert blobs.place(kept.digest).read_bytes() == b"half and half"
    assert kept.size == 13
    assert list((tmp_path / "files" / "incoming").iterdir()) == []


def test_what_a_crash_left_is_cleared_away_after_a_day_and_not_before(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    left = blobs.incoming()
    left.write(b"x")
    (piece,) = (tmp_path / "incoming").iterdir()
    os.utime(piece, ns=(NOW * 1000, NOW * 1000))
    assert (blobs.sweep(NOW + DAY), piece.exists()) == (0, True)
    assert (blobs.sweep(NOW + DAY + 1), piece.exists()) == (1, False)
    left.drop()


def test_content_that_comes_back_is_a_new_version_and_the_same_twice_is_not(
    stores: tuple[Store, Store],
) -> None:
    own, _ = stores
    for digest, version, fresh in (("a", 1, True), ("a", 1, False), ("b", 2, True), ("a", 3, True)):
        file, new = own.files.publish(
            "parking", "x.csv", digest=digest, size=1, media_type="text/csv", at=NOW
        ).result()
        assert (file.version, new) == (version, fresh)
    assert [one.digest for one in own.files.versions("parking")] == ["a", "b", "a"]


def test_files_are_in_the_commons_only_while_their_dataset_is_open(
    stores: tuple[Store, Store],
) -> None:
    own, commons = stores
    carry(own, commons, opened=False)
    told = {"digest": "a", "size": 1, "media_type": "text/csv", "at": NOW}
    own.files.publish("parking", "before.csv", **told).result()  # type: ignore[arg-type]  # as above
    carry(own, commons, opened=False)
    assert commons.files.versions("parking") == []
    carry(own, commons, opened=True)
    own.files.publish("parking", "later.csv", **told).result()  # type: ignore[arg-type]  # as above
    carry(own, commons, opened=True)
    shown = commons.files.versions("parking")
    assert [(one.name, one.origin) for one in shown] == [
        ("before.csv", "2482"),
        ("later.csv", "2482"),
    ]
    carry(own, commons, opened=False)
    assert commons.files.versions("parking") == []
    assert len(own.files.versions("parking")) == 2
    carry(own, commons, opened=True)
    assert len(commons.files.versions("parking")) == 2
