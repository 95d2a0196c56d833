"""An answer that is decoded at once holds the records that one decoded by one holds."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from byalag.model import Json
from byalag.sources._json import decoded, raw_records, whole

scalars = st.none() | st.booleans() | st.integers() | st.text(alphabet='a[]{}",\\å', max_size=4)
trees = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=6,
)
sound = trees.map(msgspec.json.encode)
broken = st.sampled_from(
    [b"NaN", b"{", b'{"a":}', b'"\xff"', b"[" * 70 + b"]" * 70, b'{"a":1}}', b"01"]
)


def one_by_one(body: bytes, path: tuple[str, ...]) -> list[Json]:
    """Return what each record decodes to, a record that cannot be decoded as its refusal."""
    return [decoded(where, raw) for where, raw in raw_records(body, path)]


@given(st.lists(sound | broken, max_size=5), st.sampled_from([(), ("result", "lots")]))
@settings(deadline=None, max_examples=300)
def test_records_decoded_at_once_are_those_decoded_one_by_one(
    records: list[bytes], path: tuple[str, ...]
) -> None:
    body = b"[" + b",".join(records) + b"]"
    body = b'{"n":1,"result":{"lots":' + body + b"}}" if path else body
    found = whole(body, path)
    assert found is None or found == one_by_one(body, path)


def test_a_broken_record_or_a_deep_one_sends_the_answer_the_careful_way() -> None:
    for record in (b"NaN", b"[" * 70 + b"]" * 70):
        assert whole(b'[{"a":1},' + record + b',{"a":2}]', ()) is None


def test_an_answer_without_a_list_at_the_path_is_left_to_the_careful_way() -> None:
    assert whole(b'{"lots":{}}', ("lots",)) is None
    assert whole(b'[{"lots":[]}]', ("lots",)) is None
    assert whole(b'{"lots":[]}', ("lots",)) == []
