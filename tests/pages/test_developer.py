"""What developers find, try and register: in process, over the same application as everyone."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from starlette.types import Scope

from byalag.app._face import Face
from byalag.app._http import application
from byalag.app._portal import portal
from byalag.governance import Grant, Keyring, Person
from byalag.pages import error_page, routes
from byalag.pages.developer import guide
from byalag.store import ApiKeys, Applications, Register
from tests.pages import _hub, _portal, _serve
from tests.pages._tree import HTML, find, tree_of

PEOPLE = {
    "anna": Person(id="p-anna", grants=(Grant("data_user"),)),
    "bo": Person(id="p-bo", grants=(Grant("data_user"),)),
    "steward": Person(id="p-s", grants=(Grant("steward", "2482"),)),
    "elsewhere": Person(id="p-e", grants=(Grant("steward", "2260"),)),
}
MINE = "/utvecklare/applikationer"
LET_IN = "/utvecklare/slapp-in"
TOLD = {"name": "Badappen", "purpose": "Visar <b>vattnet</b>"}


def someone(scope: Scope) -> Person | None:
    """Return who a test says it is, in the place of a log-in."""
    said = dict(scope["headers"]).get(b"x-test-person", b"").decode()
    return PEOPLE.get(said)


class Developers:
    """A hub with its register, and somebody to ask it."""

    def __init__(self, folder: Path) -> None:
        self.store = _hub.filled(folder)
        self.register = Register(folder / "hub.sqlite")
        view = _hub.view(self.store, "http://testserver", _hub.NOW)
        app = application(
            Face(
                name=view.name,
                base_url=view.base_url,
                reader=self.store,
                now=view.now,
                receive=_serve.refuse,
                key=Keyring().recognise,
                municipalities=view.municipalities,
                contact=view.contact,
                windows=_serve.windows(self.store, view),
                catalogues=_serve.catalogues(self.store, view),
                pages=routes(view),
                error_page=error_page(view),
                products=_portal.PRODUCTS,
                guide=guide,
                parts=[portal(_portal.PRODUCTS, self.register, view, someone)],
                person=someone,
            )
        )
        self.web = TestClient(app, follow_redirects=False)

    def see(self, path: str, who: str = "", status: int = 200) -> str:
        answer = self.web.get(path, headers={**HTML, "X-Test-Person": who})
        assert answer.status_code == status, answer.text[:500]
        return answer.text

    def do(self, path: str, who: str, **given: str) -> tuple[int, str]:
        headers = {**HTML, "X-Test-Person": who, "Sec-Fetch-Site": "same-origin"}
        answer = self.web.post(path, data=given, headers=headers)
        return answer.status_code, answer.headers.get("location", "") or answer.text

    def new(self, who: str = "anna") -> str:
        status, where = self.do(MINE, who, **TOLD)
        assert status == 303
        return where


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Developers]:
    made = Developers(tmp_path)
    yield made
    made.register.close()
    made.store.close()


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Developers]:
    made = Developers(tmp_path_factory.mktemp("hub"))
    yield made
    made.register.close()
    made.store.close()


def key_in(page: str) -> str:
    found = re.search(r"<code>([0-9a-f]{16}\.[\w-]+)</code>", page)
    assert found
    return found[1]


def test_the_first_thing_said_is_that_no_account_is_needed(reading: Developers) -> None:
    for path, word in (("/utvecklare", "inget konto"), ("/en/developers", "no account")):
        tree = tree_of(reading.see(path))
        first = find(tree, "//main//p")[0]
        assert word in "".join(first.itertext())


def test_every_api_and_every_operation_has_a_page_that_answers(reading: Developers) -> None:
    seen = 0
    for api in find(
        tree_of(reading.see("/utvecklare")), "//li[contains(@class, 'case')]//h3/a/@href"
    ):
        if "/api/" not in str(api):
            continue
        text = reading.see(str(api))
        assert "openapi.json" in text
        for operation in find(tree_of(text), "//tbody//th/a/@href"):
            assert "curl" in reading.see(str(operation))
            seen += 1
    assert seen > 100


def test_a_call_is_tried_without_scripts_and_is_the_apis_own_answer(reading: Developers) -> None:
    page = "/utvecklare/api/baths/findBathingPlaces"
    text = reading.see(f"{page}?p.limit=1&p.municipality=2482&go=1")
    [shown] = find(tree_of(text), "//pre[@aria-label='Svaret']")
    answer = reading.web.get("/baths/v1/bathing-places?municipality=2482&limit=1").json()
    assert answer["items"][0]["id"] in "".join(shown.itertext())
    assert "http://testserver/baths/v1/bathing-places?municipality=2482&amp;limit=1" in text
    wrong = reading.see(f"{page}?p.limit=no&go=1")
    assert "Status 400" in wrong
    lacking = reading.see("/utvecklare/api/baths/getBathingPlace?p.id=&go=1")
    assert "Fyll i" in lacking


def test_what_is_filled_in_reaches_no_other_address(reading: Developers) -> None:
    page = "/utvecklare/api/baths/getBathingPlace"
    for given in ("..%2F..%2Fparking", "..", "x%2Fhistory", "%3Flimit%3D1", "a%0d%0ab", "%C3%A5"):
        text = reading.see(f"{page}?p.id={given}&go=1")
        assert "Status 404" in text or "Fyll i" in text, given
    other = reading.see("/utvecklare/api/baths/findBathingPlaces?p.nope=1&go=1")
    assert "Status 200" in other


def test_what_writes_is_never_tried_by_the_page(reading: Developers) -> None:
    text = reading.see("/utvecklare/api/observations/pushObservations?go=1")
    assert 'name="go"' not in text
    assert "Authorization: Bearer" in text


def test_no_form_sends_a_key(reading: Developers) -> None:
    text = reading.see("/en/developers/apis/baths/findBathingPlaces")
    [field] = find(tree_of(text), "//input[@type='password']")
    assert field.get("name") is None


def test_an_example_is_never_markup_and_a_word_finds_its_question(reading: Developers) -> None:
    text = reading.see("/utvecklare?q=%3Cscript%3Ealert(1)")
    assert "<script>alert" not in text
    assert "getBathingPlaceHistory" in reading.see("/en/developers?q=history+bath")


def test_whoever_looks_for_what_is_not_there_is_shown_what_is(reading: Developers) -> None:
    text = reading.see("/utvecklare/api/bathing", status=404)
    assert "findBathingPlaces" in text
    assert "Ingen fråga passar" in reading.see("/utvecklare/api/baths/zzz", status=404)


def test_a_products_card_says_what_its_apis_are_called(reading: Developers) -> None:
    cards = find(tree_of(reading.see("/utvecklare")), "//section[@aria-labelledby='products']//li")
    said = [str(find(card, "p[@class='meta']")[0].text_content()).strip() for card in cards]
    assert "Badplatser, Parkering" in said
    assert not any("sensorthings" in one for one in said)


def test_a_deprecated_api_says_so_and_a_draft_is_seen_by_stewards_only(reading: Developers) -> None:
    assert "fasas ut sedan" in reading.see("/utvecklare/api/parking")
    assert "Snart" not in reading.see("/utvecklare")
    reading.see("/utvecklare/produkter/coming", status=404)
    assert "utkast" in reading.see("/utvecklare/produkter/coming", "steward")
    reading.see("/utvecklare/produkter/coming", "anna", status=404)


def test_every_error_there_is_stands_among_the_errors(reading: Developers) -> None:
    text = reading.see("/en/developers/limits-and-errors")
    assert "/problems/retired" in text
    assert "/problems/not-found" in text


def test_nobody_registers_without_having_logged_in(hub: Developers) -> None:
    hub.see(MINE, status=401)
    assert hub.do(MINE, "", **TOLD)[0] == 401
    hub.see(LET_IN, "anna", status=403)


def test_an_application_is_registered_altered_and_deleted_with_its_keys(hub: Developers) -> None:
    where = hub.new()
    page = hub.see(where, "anna")
    assert "Visar &lt;b&gt;vattnet" in page
    id_ = where.rpartition("/")[2]
    assert hub.do(where, "anna", act="alter", name="Nya appen", purpose="Annat")[0] == 303
    assert "Nya appen" in hub.see(MINE, "anna")
    _, shown = hub.do(where, "anna", act="key", note="Servern")
    key = key_in(shown)
    assert hub.do(where, "anna", act="delete")[0] == 303
    hub.see(where, "anna", status=404)
    [kept] = ApiKeys(hub.register).of(id_)
    assert kept.prefix == key.partition(".")[0]
    assert kept.revoked
    what = [line.what for line in hub.register.audit.notes()]
    assert what[:2] == ["delete application", "revoke key"]
    assert set(what) >= {"register application", "alter application", "make key"}


def test_a_key_is_shown_once_and_never_kept(hub: Developers) -> None:
    where = hub.new()
    headers = {**HTML, "X-Test-Person": "anna", "Sec-Fetch-Site": "same-origin"}
    answer = hub.web.post(where, data={"act": "key", "note": "Servern"}, headers=headers)
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers
    key = key_in(answer.text)
    prefix, _, secret = key.partition(".")
    again = hub.see(where, "anna")
    assert prefix in again
    assert secret not in again
    _, shown = hub.do(where, "anna", act="rotate", prefix=prefix)
    assert key_in(shown).partition(".")[0] == prefix
    assert key_in(shown) != key
    assert hub.do(where, "anna", act="revoke", prefix=prefix)[0] == 303
    assert hub.do(where, "anna", act="revoke", prefix=prefix)[0] == 404
    assert "indragen" in hub.see(where, "anna")


def test_one_persons_application_is_not_there_to_another(hub: Developers) -> None:
    where = hub.new()
    hub.see(where, "bo", status=404)
    for act in ("key", "delete", "alter", "subscribe"):
        assert hub.do(where, "bo", act=act, name="X", purpose="Y", product="open:usual")[0] == 404
    assert "Badappen" not in hub.see(MINE, "bo")
    _, shown = hub.do(where, "anna", act="key")
    prefix = key_in(shown).partition(".")[0]
    other = hub.new("bo")
    assert hub.do(other, "bo", act="revoke", prefix=prefix)[0] == 404
    assert hub.do(other, "bo", act="rotate", prefix=prefix)[0] == 404


def test_an_open_plan_lets_in_at_once_and_another_waits_for_a_steward(hub: Developers) -> None:
    where = hub.new()
    id_ = where.rpartition("/")[2]
    assert hub.do(where, "anna", act="subscribe", product="open:usual")[0] == 303
    assert hub.do(where, "anna", act="subscribe", product="own:staff")[0] == 303
    assert hub.do(where, "anna", act="subscribe", product="coming:x")[0] == 400
    states = {one.product: one.state for one in Applications(hub.register).wishes(id_)}
    assert states == {"open": "let-in", "own": "waiting"}
    assert hub.do(where, "anna", act="key", municipality="2482")[0] == 400
    assert "Badappen" in hub.see(LET_IN, "steward")
    assert "Badappen" not in hub.see(LET_IN, "elsewhere")
    answer = {"application": id_, "product": "own"}
    assert hub.do(LET_IN, "anna", answer="yes", **answer)[0] == 403
    assert hub.do(LET_IN, "elsewhere", answer="yes", **answer)[0] == 403
    assert hub.do(LET_IN, "steward", answer="yes", **answer)[0] == 303
    _, shown = hub.do(where, "anna", act="key", municipality="2482")
    prefix = key_in(shown).partition(".")[0]
    [key] = [one for one in ApiKeys(hub.register).of(id_) if one.prefix == prefix]
    assert (key.municipality, key.scopes) == ("2482", ("facts:read",))
    assert hub.do(LET_IN, "steward", answer="no", why="Avtalet är slut", **answer)[0] == 303
    assert "Avtalet är slut" in hub.see(where, "anna")
    [key] = [one for one in ApiKeys(hub.register).of(id_) if one.prefix == prefix]
    assert key.revoked
    asked = [one for one in hub.register.audit.notes() if one.what == "answer subscription"]
    assert [(one.who, one.details["state"]) for one in asked] == [
        ("person p-s", "refused"),
        ("person p-s", "let-in"),
    ]


def test_a_form_from_another_site_and_a_form_too_many_are_refused(hub: Developers) -> None:
    strange = {**HTML, "X-Test-Person": "anna", "Sec-Fetch-Site": "cross-site"}
    assert hub.web.post(MINE, data=TOLD, headers=strange).status_code == 403
    assert hub.do(MINE, "anna", name="", purpose="x")[0] == 400
    for _ in range(20):
        hub.new()
    status, text = hub.do(MINE, "anna", **TOLD)
    assert status == 400
    assert "så många" in text


def test_usage_is_a_table_and_a_picture_that_says_the_same(tmp_path: Path) -> None:
    made = Developers(tmp_path)
    _portal.fill(made.register, _hub.micros(_hub.NOW))
    PEOPLE["user"] = _portal.PERSON
    text = made.see(f"{MINE}/{_portal.APPLICATION}", "user")
    [picture] = find(tree_of(text), "//svg[@role='img']")
    assert "126 frågor" in str(picture.get("aria-label"))
    rows = find(tree_of(text), "//table[1]/tbody/tr")
    assert len(rows) == 3
    assert "100\N{NO-BREAK SPACE}000" in text
    made.register.close()
    made.store.close()
