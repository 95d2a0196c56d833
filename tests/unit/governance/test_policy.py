"""What follows from a dataset's class, whatever else is said of it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byalag import Misconfigured
from byalag.governance import (
    SENSITIVE,
    highest,
    inherited,
    may_be_exported,
    may_be_open,
    may_leave,
    may_open,
    require_lawful,
    shortfalls,
    standing,
)
from byalag.model import Contact, Dataset, Governed, Klassa, Stewardship

LEVEL = st.integers(0, 4)
CLASSES = st.builds(Klassa, confidentiality=LEVEL, integrity=LEVEL, availability=LEVEL)
WORDS = st.sampled_from([{}, {"sv": "Boende"}])
DATASETS = st.builds(
    Dataset,
    id=st.just("larm"),
    title=st.just({"sv": "Larm"}),
    open=st.booleans(),
    personal_data=st.booleans(),
    licence=st.sampled_from(["", "CC0-1.0"]),
    owner=st.sampled_from(["", "Ånge kommun"]),
    owner_role=st.sampled_from(["", "socialchef"]),
    classification=st.none() | CLASSES,
    legal_basis=st.sampled_from([None, "public-task"]),
    purposes=st.sampled_from([{}, {"trygghet": {"sv": "Trygghet hemma"}}]),
    subjects=WORDS,
    categories=WORDS,
    recipients=st.sampled_from([(), ("larmcentralen",)]),
    retention=st.sampled_from([None, "90d"]),
)
OFTEN = settings(deadline=None, max_examples=200)


@OFTEN
@given(DATASETS, st.none() | CLASSES)
def test_nothing_that_may_do_harm_is_ever_open(dataset: Dataset, parts: Klassa | None) -> None:
    classes = [one for one in (dataset.classification, parts) if one is not None]
    harmful = dataset.personal_data or any(one.confidentiality for one in classes)
    assert may_be_open(dataset, parts).allowed == (not harmful and bool(dataset.licence))
    assert may_be_open(dataset, parts).why


@OFTEN
@given(DATASETS)
def test_what_forbids_and_what_is_refused_are_the_same(dataset: Dataset) -> None:
    forbidden = [one for one in shortfalls(dataset) if one.harm == 0]
    assert bool(forbidden) == (dataset.open and not may_be_open(dataset).allowed)
    if forbidden:
        with pytest.raises(Misconfigured):
            require_lawful(dataset)
    else:
        assert require_lawful(dataset) is dataset


@OFTEN
@given(DATASETS)
def test_data_on_people_lacks_nothing_or_nothing_starts(dataset: Dataset) -> None:
    stops = any(one.forbids for one in shortfalls(dataset))
    whole = all(
        [
            dataset.legal_basis,
            dataset.purposes,
            dataset.subjects,
            dataset.categories,
            dataset.retention,
            dataset.owner,
            dataset.classification,
        ]
    )
    if dataset.personal_data:
        assert stops == (dataset.open or not whole)
    else:
        assert stops == (dataset.open and not may_be_open(dataset).allowed)


@OFTEN
@given(DATASETS)
def test_what_is_lacking_is_told_by_harm_with_a_setting_and_words(dataset: Dataset) -> None:
    found = shortfalls(dataset, Contact())
    assert [one.harm for one in found] == sorted(one.harm for one in found)
    assert all(one.setting and one.why["sv"] and one.why["en"] for one in found)
    assert len({one.rule for one in found}) == len(found)


@OFTEN
@given(DATASETS, st.sampled_from(["larmcentralen", "nagon-annan"]), st.none() | CLASSES)
def test_what_is_sensitive_leaves_only_to_whom_it_names(
    dataset: Dataset, receiver: str, parts: Klassa | None
) -> None:
    classes = [one for one in (dataset.classification, parts) if one is not None]
    sensitive = any(one.confidentiality >= SENSITIVE for one in classes)
    decision = may_leave(dataset, receiver, parts)
    assert decision.allowed == (not sensitive or receiver in dataset.recipients)


@OFTEN
@given(DATASETS, st.sampled_from(["", "trygghet", "nyfikenhet"]))
def test_what_is_about_people_is_exported_for_a_declared_purpose_only(
    dataset: Dataset, purpose: str
) -> None:
    sensitive = dataset.classification and dataset.classification.confidentiality >= SENSITIVE
    if dataset.personal_data or sensitive:
        assert may_be_exported(dataset, purpose).allowed == (purpose in dataset.purposes)
        assert may_be_exported(dataset, purpose).audited
    else:
        assert may_be_exported(dataset, purpose).allowed


@OFTEN
@given(DATASETS, st.sampled_from(["2482", "2260", "board"]))
def test_no_vote_and_no_neighbour_opens_what_is_a_municipalitys_own(
    dataset: Dataset, by: str
) -> None:
    decision = may_open(dataset, "2260", "board" if by == "board" else by)
    assert not decision.allowed or by == "2260"
    if by == "2260":
        assert decision == may_be_open(dataset)


@OFTEN
@given(st.lists(CLASSES, min_size=1))
def test_the_highest_class_covers_each_of_its_parts(classes: list[Klassa]) -> None:
    top = highest(classes)
    assert top is not None
    for axis in ("confidentiality", "integrity", "availability"):
        assert getattr(top, axis) == max(getattr(one, axis) for one in classes)


def test_what_nobody_has_classified_has_no_class() -> None:
    assert highest([None]) is None
    assert highest([]) is None


def test_the_nearest_word_counts_and_its_origin_is_told() -> None:
    low = Klassa(confidentiality=0, integrity=1, availability=1)
    high = Klassa(confidentiality=2, integrity=1, availability=1)
    dataset = Dataset(id="hus", title={"sv": "Hus"}, owner="Fastighet", classification=low)
    home = Stewardship(owner="Ånge kommun", owner_role="fastighetschef")
    source = Governed(owner_role="tekniker")
    series = Governed(classification=high)
    told = standing(dataset, home, source, series)
    assert (told.owner.value, told.owner.by) == ("Fastighet", "dataset")
    assert (told.owner_role.value, told.owner_role.by) == ("tekniker", "source")
    assert (told.classification.value, told.classification.by) == (high, "own")
    assert (told.recipients.value, told.recipients.by) == ((), "nobody")
    own = standing(dataset, home)
    assert (own.owner.by, own.owner_role.by) == ("own", "municipality")
    assert inherited(dataset, home).owner_role == "fastighetschef"
    assert inherited(dataset, home).owner == "Fastighet"
