"""What relatives and staff are shown of homes: never more than is known, nor than is agreed."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from msgspec.structs import replace
from starlette.testclient import TestClient

from byalag.app._care_book import CareBook, Entry
from byalag.app._care_identity import Identities, Subscription
from byalag.app._face import Face
from byalag.app._http import application
from byalag.app._stores import Stores
from byalag.engine import Receipt
from byalag.governance import Grant, NotAllowed, Person
from byalag.pages import error_page, routes
from byalag.pages._format import Local
from byalag.pages.care._day import Half, spells
from byalag.pages.care._glance import FRESH, glance, state_of
from byalag.services.care import Home, Standing, home_of
from tests.pages import _care, _hub
from tests.pages._tree import HTML, find, tree_of, words_of

AT = "/omsorg/2482/norr"
SAME = {**HTML, "Sec-Fetch-Site": "same-origin"}


class Place:
    """A hub with the tests' homes, asked by whoever `who` is."""

    def __init__(self, folder: Path) -> None:
        self.who: Person | None = _care.STAFF
        self.commons = _hub.filled(folder)
        view = replace(_hub.view(self.commons, "http://testserver"), login=False)
        part, self.stores = _care.built(folder, view, self.commons)
        face = Face(
            name="Prov",
            base_url="http://testserver",
            reader=self.commons,
            now=view.now,
            receive=_never,
            key=lambda _: None,
            municipalities=view.municipalities,
            pages=routes(view),
            error_page=error_page(view),
            parts=[part],
            person=lambda _: self.who,
        )
        self.client = TestClient(application(face), follow_redirects=False)

    def words(self, address: str, status: int = 200) -> str:
        answer = self.client.get(address, headers=HTML)
        assert answer.status_code == status, address
        return words_of(tree_of(answer.text)).replace("\xa0", " ")

    def send(self, address: str, **form: str | list[str]) -> str:
        """Send a form; return where it leads."""
        answer = self.client.post(address, data=form, headers=SAME)
        assert answer.status_code == 303, (answer.status_code, answer.text[:2000])
        return answer.headers["location"]


async def _never(_code: str, _body: bytes, _media: str, _key: str | None, /) -> Receipt:
    raise NotAllowed


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    yield made
    _close(made.stores)
    made.commons.close()


@pytest.fixture(scope="module")
def _kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    made = Place(tmp_path_factory.mktemp("care"))
    yield made
    _close(made.stores)
    made.commons.close()


@pytest.fixture
def shown(_kept: Place) -> Place:
    """A hub that is only looked at, made once."""
    _kept.who = _care.STAFF
    return _kept


def _close(stores: Stores) -> None:
    for store in stores.own.values():
        store.close()
    stores.register.close()


def as_relative(place: Place) -> None:
    place.who = _care.RELATIVE


STATES = {
    "sover": "Allt som vanligt",
    "avviker": "Avvikelse kl 13.32",
    "vana": "En vana avviker sedan kl 13.32",
    "tyst": "Vi har ingen kontakt med sensorn sedan kl 13.32",
    "lars": "Vi lär känna hemmet",
    "provas": "Vi lär känna hemmet",
    "borta": "Borta till i morgon kl 15.12, som avtalat",
}


@pytest.mark.parametrize(("name", "said"), STATES.items())
def test_a_link_shows_one_thing_the_state_in_words(shown: Place, name: str, said: str) -> None:
    tree = tree_of(shown.client.get(f"/l/{_care.link(name, 'client')}", headers=HTML).text)
    headings = [words_of(one).replace("\xa0", " ") for one in find(tree, "//h1")]
    assert headings == [said]


def test_usual_is_said_only_while_all_that_it_rests_on_is_heard_just_now() -> None:
    seen, now = _care.Seen(10**15, ZoneInfo("Europe/Stockholm")), 10**15
    home = _home("sover", now)
    standing = seen.standing(home.id)
    assert standing is not None
    assert state_of(home, standing, now) == "usual"
    assert state_of(home, standing, now + FRESH + 1) == "no-contact"
    assert state_of(home, None, now) == "no-contact"
    for device in standing.devices:
        rest = tuple(one for one in standing.devices if one is not device)
        for devices in (rest, (*rest, replace(device, state="late"))):
            assert state_of(home, replace(standing, devices=devices), now) == "no-contact"


def _home(name: str, now: int) -> Home:
    entries = [
        Entry(seq=number, at=at, who="p", said=one)
        for number, (at, many) in enumerate(_care.said(name, now))
        for one in many
    ]
    home = home_of(_care.home(name), entries)
    assert home is not None
    return home


def test_homes_are_ordered_by_harm(shown: Place) -> None:
    tree = tree_of(shown.client.get(AT, headers=HTML).text)
    names = [str(one.text) for one in find(tree, "//by-care//*[@class='pseudonym']")]
    assert names == [
        *("avviker", "tyst", "tittas", "vana", "sover"),
        *("vanlig", "lars", "borta", "provas", "av"),
    ]
    now = _hub.micros(_hub.NOW)
    seen = glance(_home("tyst", now), _standing(now), now)
    assert (seen.state, seen.urgency) == ("no-contact", "no-contact")


def _standing(now: int) -> Standing | None:
    return _care.Seen(now, ZoneInfo("Europe/Stockholm")).standing(_care.home("tyst"))


def test_one_button_says_that_somebody_looks_and_the_others_see_who_by_role(place: Place) -> None:
    token = _care.link("avviker")
    assert "Om ingen svarar före kl 15.30 får hemtjänsten veta." in place.words(f"/l/{token}")
    where = place.send(f"/l/{token}/svara", act="looking", notice="notice:care:avviker")
    assert where == f"/l/{token}?said=looking"
    assert "Du tittar till sedan kl 15.12." in place.words(where)
    other = place.words(f"/l/{_care.link('avviker', 'client')}")
    assert "En anhörig tittar till sedan kl 15.12." in other
    assert "Om ingen svarar" not in other
    assert "Anhörig tittar till sedan kl 15.12." in place.words(f"{AT}/hem/home:care:avviker")


def test_reasons_and_the_day_are_for_those_who_may_see_them(shown: Place) -> None:
    relative = shown.words(f"/l/{_care.link('avviker')}")
    client = shown.words(f"/l/{_care.link('avviker', 'client')}")
    assert "ungefär en gång på 14 veckor" in relative
    assert "Stillare än vanligt: 11.30" in relative
    assert "14 veckor" not in client
    assert "Stillare än vanligt" not in client
    staff = tree_of(shown.client.get(f"/l/{_care.link('avviker', 'staff')}", headers=HTML).text)
    assert not find(staff, "//*[@role='img']")


def test_nothing_of_a_notice_is_told_outside_before_the_home_may_tell(shown: Place) -> None:
    said = shown.words(f"/l/{_care.link('provas')}")
    assert "Allt som vanligt" not in said
    assert "som vanligt" in shown.words(f"{AT}/hem/home:care:provas")


def test_a_client_takes_consent_back_in_one_click_and_the_link_is_gone(place: Place) -> None:
    token = _care.link("sover", "client")
    assert "Det kan inte ångras" in place.words(f"/l/{token}")
    answer = place.client.post(f"/l/{token}/svara", data={"act": "withdraw"}, headers=HTML)
    assert answer.status_code == 200
    assert "Samtycket är tillbakataget" in answer.text
    assert "Länken gäller inte längre" in place.words(f"/l/{token}", 404)
    assert "Länken gäller inte längre" in place.words(f"/l/{_care.link('sover')}", 404)
    assert "Inget bevakas" in place.words(f"{AT}/hem/home:care:sover")


def test_only_the_client_takes_consent_back(shown: Place) -> None:
    token = _care.link("sover")
    answer = shown.client.post(f"/l/{token}/svara", data={"act": "withdraw"}, headers=HTML)
    assert answer.status_code == 409
    assert "Allt som vanligt" in shown.words(f"/l/{token}")


def test_a_visit_and_a_time_away_are_said_by_forms(place: Place) -> None:
    token = _care.link("avviker")
    place.send(f"/l/{token}/svara", act="visiting", hours="4")
    said = place.words(f"/l/{token}")
    assert "Någon är på besök till kl 19.12." in said
    assert "Du tittar till" in said
    assert "Jag tittar också till" not in said
    place.send(f"/l/{token}/svara", act="left")
    assert "Jag är på besök i" in place.words(f"/l/{token}")
    place.send(f"/l/{token}/svara", act="away", day="2026-07-20", clock="18:00")
    assert "Borta till 20 juli kl 18.00." in place.words(f"/l/{token}")
    place.send(f"/l/{token}/svara", act="back")
    assert "Ingen är hemma till" in place.words(f"/l/{token}")
    for form in ({"act": "away", "day": "i morgon"}, {"act": "visiting", "hours": "-1"}, {}):
        answer = place.client.post(f"/l/{token}/svara", data=form, headers=HTML)
        assert answer.status_code == 409
        assert "Försök igen" in answer.text


def test_an_unknown_link_tells_nothing_and_offers_a_new_one(place: Place) -> None:
    unknown = place.words("/l/gissning", 404)
    place.send(f"/l/{_care.link('sover', 'client')}/svara", act="visiting", hours="1")
    place.client.post(
        f"/l/{_care.link('sover', 'client')}/svara", data={"act": "withdraw"}, headers=HTML
    )
    assert place.words(f"/l/{_care.link('sover')}", 404) == unknown
    answers = [
        place.client.post(f"/l/{token}/ny", headers=HTML).text.replace(token, "")
        for token in ("gissning", _care.link("sover"))
    ]
    assert answers[0] == answers[1]
    assert "Om länken var din kommer en ny" in answers[0]


def test_a_relative_who_logs_in_sees_their_own_homes_and_no_other(place: Place) -> None:
    as_relative(place)
    assert place.client.get("/omsorg", headers=HTML).headers["location"] == "/anhorig"
    tree = tree_of(place.client.get("/anhorig", headers=HTML).text)
    assert [str(one) for one in find(tree, "//ul[@class='homes']//a/@href")] == [
        "/anhorig/2482/home:care:avviker",
        "/anhorig/2482/home:care:vanlig",
    ]
    place.send("/anhorig/2482/home:care:avviker/svara", act="looking", notice="notice:care:avviker")
    assert "Du tittar till" in place.words("/anhorig/2482/home:care:avviker")
    for address in ("/anhorig/2482/home:care:sover", "/anhorig/2260/home:care:kanarie"):
        place.words(address, 404)
    for address in (AT, f"{AT}/hem/home:care:avviker", f"{AT}/hem/home:care:avviker/installningar"):
        place.words(address, 404)


def test_the_role_alone_is_not_enough_nor_the_contact_alone(shown: Place) -> None:
    as_relative(shown)
    shown.who = replace(_care.RELATIVE, grants=(Grant("relative", "2482", _care.home("sover")),))
    shown.words("/anhorig/2482/home:care:sover", 404)
    shown.who = replace(_care.RELATIVE, grants=(Grant("relative", "2482", _care.home("tyst")),))
    shown.words("/anhorig/2482/home:care:avviker", 404)


NOBODY = [
    None,
    Person(id="p-1", grants=(Grant("steward", "2482"),), assurance="loa3"),
    Person(id="p-2", grants=(Grant("operator", "2482"),), assurance="loa3"),
    Person(id="p-3", grants=(Grant("hub_administrator"),), assurance="loa3"),
    Person(id="p-4", grants=(Grant("care_staff", "2482"),), assurance="loa2"),
    Person(id="p-5", grants=(Grant("care_staff", "2482"),)),
]
STAFF_PAGES = [
    "/omsorg",
    AT,
    f"{AT}/tavla",
    f"{AT}/vecka",
    f"{AT}/hem/home:care:avviker",
    f"{AT}/hem/home:care:avviker/historik",
    f"{AT}/hem/home:care:avviker/installningar",
    f"{AT}/hem/home:care:avviker/dygn.csv",
    f"{AT}/handelser",
    "/anhorig",
]


@pytest.mark.parametrize("who", NOBODY)
def test_whoever_lacks_the_role_or_a_sure_login_is_told_what_to_do(
    shown: Place, who: Person | None
) -> None:
    shown.who = who
    for address in STAFF_PAGES:
        answer = shown.client.get(address, headers=HTML)
        assert answer.status_code in {401, 403}, address
        said = words_of(tree_of(answer.text))
        assert "Logga in och försök igen." in said or "Den som administrerar roller" in said
        assert "avviker" not in said
    answer = shown.client.post(f"{AT}/hem/home:care:avviker/vem", headers=SAME)
    assert answer.status_code in {401, 403}


def test_staff_of_another_municipality_or_unit_find_nothing(shown: Place) -> None:
    for grant in (Grant("care_staff", "2260"), Grant("care_staff", "2482", "soder")):
        shown.who = replace(_care.STAFF, grants=(grant,))
        for address in STAFF_PAGES[1:-1]:
            shown.words(address, 404)
        assert "Hemtjänsten norr" not in shown.words("/omsorg")
    shown.who = replace(_care.STAFF, grants=(Grant("care_staff", "2482", "norr"),))
    assert "Hemtjänsten norr" in shown.words("/omsorg")


def test_who_lives_there_is_shown_only_when_asked_for_and_is_written_down(place: Place) -> None:
    links = [f"/l/{_care.link('avviker', kind)}" for kind in ("relative", "client")]
    for address in [*STAFF_PAGES[:-2], *links]:
        told = place.client.get(address, headers=HTML).text
        assert _care.CANARY not in told, address
        assert _care.CANARY_STREET not in told
        assert "70174" not in told
    answer = place.client.post(f"{AT}/hem/home:care:avviker/vem", headers=SAME)
    assert _care.CANARY in answer.text
    assert "no-store" in answer.headers["cache-control"]
    notes = list(place.stores.own["2482"].audit.notes())
    assert [one.about for one in notes if one.what == "identity-read"] == [_care.home("avviker")]


def test_each_home_that_is_seen_has_its_line_of_the_audit(place: Place) -> None:
    place.words(AT)
    notes = list(place.stores.own["2482"].audit.notes())
    read = {one.about for one in notes if one.what == "read" and one.who == "person p-hemtjanst"}
    assert read == {_care.home(name) for name in _care.NAMES}
    assert any(one.what == "allowed" and one.about == "care/norr" for one in notes)
    place.who = replace(_care.STAFF, grants=(Grant("care_staff", "2260"),))
    place.words(AT, 404)
    assert any(one.what == "refused" for one in place.stores.own["2482"].audit.notes())


def test_a_form_from_another_site_is_refused(shown: Place) -> None:
    strange = {**HTML, "Sec-Fetch-Site": "cross-site"}
    for address in (f"{AT}/nytt-hem", f"{AT}/hem/home:care:avviker", f"{AT}/nasta-steg"):
        answer = shown.client.post(address, data={}, headers=strange)
        assert answer.status_code == 403


def test_a_home_is_entered_from_nothing_to_being_learnt(place: Place) -> None:
    settings = place.send(f"{AT}/nytt-hem")
    assert "Inget samtycke gäller. Inget bevakas." in place.words(settings)
    place.send(settings, act="contact", kind="relative", may=["state", "reason"], ways="sms",
               step="1", wait="30m", name="Prov", phone="070-174 06 05")  # fmt: skip
    place.send(settings, act="channel", series="sensor:care:ny-kyl/state", room="kitchen",
               meaning="fridge", essential="yes", heartbeat="1h")  # fmt: skip
    tree = tree_of(place.client.get(settings, headers=HTML).text)
    contact = str(find(tree, "//input[@name='contacts']/@value")[0])
    place.send(settings, act="consent", meanings=["fridge"], contacts=contact, by="client",
               how="written", until="2026-12-31")  # fmt: skip
    said = place.words(settings)
    assert "till i dag" not in said
    assert "1 januari 2027 kl 00.00" in said
    refused = place.client.post(settings, data={"act": "stage", "stage": "telling"}, headers=SAME)
    assert refused.status_code == 409
    assert "Det gick inte:" in refused.text
    shown = place.client.post(settings, data={"act": "who", "contact": contact}, headers=SAME)
    assert "+46701740605" in shown.text
    assert "+46701740605" not in place.client.get(settings, headers=HTML).text


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"act": "channel"}, "Välj en sensor."),
        ({"act": "contact", "kind": "relative"}, "Välj vad kontakten får se"),
        ({"act": "consent"}, "Välj vad som får bevakas."),
        ({"act": "away", "day": "x"}, "Skriv dagen"),
        ({"act": "close_home"}, "Kryssa i"),
        ({"act": "identity", "home": "home:care:avviker", "phone": "fel"}, "riktnummer"),
        ({"act": "household", "residents": "många"}, "Försök igen"),
        ({"act": "no-such"}, "Försök igen"),
    ],
)
def test_a_form_that_cannot_be_understood_says_what_is_missing(
    shown: Place, form: dict[str, str], said: str
) -> None:
    address = f"{AT}/hem/home:care:avviker/installningar"
    answer = shown.client.post(address, data=form, headers=SAME)
    assert answer.status_code == 409
    assert said in answer.text


def test_several_homes_go_a_stage_on_and_those_that_cannot_are_said(place: Place) -> None:
    homes = [_care.home("lars"), _care.home("av")]
    where = place.send(f"{AT}/nasta-steg", home=homes)
    assert where.endswith("said=stage_left")
    said = place.words(where)
    assert "Något hem kunde inte gå vidare" in said
    assert "Inget samtycke gäller." in said
    lars = place.words(f"{AT}/hem/{_care.home('lars')}")
    assert "prövas i tysthet" in lars
    assert "Fler än en bor här" in lars
    assert "husdjur kan utlösa" in lars


def test_staff_look_into_a_notice_and_close_it(place: Place) -> None:
    address = f"{AT}/hem/home:care:vana"
    place.send(address, act="looking", notice="notice:care:vana")
    assert "Hemtjänsten tittar till sedan kl 15.12." in place.words(address)
    place.send(address, act="close", notice="notice:care:vana")
    assert "Avslutat av personalen." in place.words(address)
    again = place.client.post(address, data={"act": "close", "notice": "x"}, headers=SAME)
    assert again.status_code == 409


def test_the_day_is_the_same_drawn_in_a_table_and_as_a_file(shown: Place) -> None:
    address = f"{AT}/hem/home:care:avviker"
    tree = tree_of(shown.client.get(f"{address}?day=2026-07-13", headers=HTML).text)
    rows = find(tree, "//details[@id='table-2026-07-13']//tbody/tr")
    lines = shown.client.get(f"{address}/dygn.csv?day=2026-07-13").text.splitlines()[1:]
    assert len(rows) == len(lines) == 48
    drawn = str(find(tree, "//*[@role='img']/@aria-label")[0])
    assert "Tecken mellan 07.00" in drawn
    assert drawn in words_of(tree)
    minutes = [int(one.split(",")[1]) for one in lines]
    assert [int(str(one.findtext("td"))) for one in rows] == minutes
    shown.words(f"{address}?day=x", 404)


def test_where_nothing_could_be_seen_nothing_is_drawn_as_still(shown: Place) -> None:
    tree = tree_of(shown.client.get(f"{AT}/hem/home:care:tyst", headers=HTML).text)
    assert find(tree, "//rect[contains(@class, 'unseen')]")
    assert not find(tree, "//rect[contains(@class, 'still')]")
    assert "Ingen kontakt, så inget kan sägas" in words_of(tree)


def test_a_half_hour_that_is_not_over_is_not_called_still(shown: Place) -> None:
    tree = tree_of(shown.client.get(f"{AT}/hem/home:care:avviker", headers=HTML).text)
    rows = [words_of(one) for one in find(tree, "//figure//tbody/tr")]
    assert "pågår" in rows[-1]
    assert "stillare" in rows[-2]


def test_a_lone_still_half_hour_is_not_worth_a_sentence() -> None:
    zone = ZoneInfo("Europe/Stockholm")
    local = Local(Locale("sv"), zone, datetime(2026, 7, 14, 15, tzinfo=zone))
    halves = [
        Half(datetime(2026, 7, 14, hour, minute, tzinfo=zone), 0, 1.0, 9.0, 30.0, "below", ())
        for hour, minute in ((8, 0), (10, 0), (10, 30), (13, 30))
    ]
    long = [one.replace("\N{EN DASH}", "-") for one in spells(halves, local, timedelta(hours=1))]
    assert long == ["10.00-11.00"]
    assert len(list(spells(halves, local, timedelta(minutes=30)))) == 3


def test_a_sensor_of_another_home_cannot_be_chosen(shown: Place) -> None:
    address = f"{AT}/hem/home:care:avviker/installningar"
    tree = tree_of(shown.client.get(address, headers=HTML).text)
    assert {str(one) for one in find(tree, "//input[@name='series'][@type='radio']/@value")} == {
        f"sensor:care:ny-{each}/state" for each, _, _ in _care.CHANNELS
    }


def test_history_tells_who_said_what_and_the_week_who_was_told(shown: Place) -> None:
    said = shown.words(f"{AT}/hem/home:care:tittas/historik")
    assert "Hemmet lades in" in said
    assert "Samtyckestext, version 2026-1." in said
    assert "Anhörig: besked genom sms, skickat." in said
    week = shown.words(f"{AT}/vecka")
    assert "Sista tecknet på kvällen: 23.40, förut 22.05, sedan 12 dagar." in week


def test_whoever_asks_for_the_headers_of_events_is_answered_at_once(shown: Place) -> None:
    for address in (f"{AT}/handelser", f"/l/{_care.link('avviker')}/handelser"):
        answer = shown.client.head(address)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        assert not answer.content


def test_what_was_sent_is_said_as_sent_and_not_as_known(shown: Place) -> None:
    relative = shown.words(f"/l/{_care.link('avviker')}")
    assert "Ett meddelande har skickats till dig." in relative
    client = shown.words(f"/l/{_care.link('avviker', 'client')}")
    assert "Ett meddelande har skickats till en anhörig." in client
    assert "har fått veta" not in relative + client


def test_the_next_shift_gets_a_text_of_what_was_and_what_to_mend(shown: Place) -> None:
    tree = tree_of(shown.client.get(f"{AT}?handover=1", headers=HTML).text)
    lines = str(find(tree, "//pre")[0].text).replace("\xa0", " ").splitlines()
    assert lines[0] == "Hemtjänsten norr, sedan i går kl 21.00:"
    assert (
        "Hem avviker: Avvikelse sedan kl 13.32. Skickat till anhörig kl 15.01. Ingen har svarat."
        in lines
    )
    assert any(
        one.startswith("Hem tittas:") and one.endswith("En anhörig tittar till sedan kl 15.07.")
        for one in lines
    )
    assert "Hem tyst: Ingen kontakt sedan kl 13.32. Ingen utanför enheten har fått veta." in lines
    assert "Hem sover: sover-kyl, lågt batteri." in lines
    assert not [one for one in lines if one.startswith("Hem vanlig")]
    assert not find(tree_of(shown.client.get(AT, headers=HTML).text), "//pre")


@pytest.mark.parametrize("by_staff", [False, True])
def test_all_browsers_of_a_contact_are_forgotten_at_once_and_it_is_written_down(
    place: Place, *, by_staff: bool
) -> None:
    whom, address = _care.contact("avviker", "relative"), f"/l/{_care.link('avviker')}"
    settings = f"{AT}/hem/home:care:avviker/installningar"
    assert "webbläsare får meddelanden" not in place.words(address) + place.words(settings)
    asyncio.run(_subscribe(place, whom, 2))
    for one in (address, settings):
        assert "2 webbläsare får meddelanden." in place.words(one)
        assert "push.example" not in place.words(one)
    assert "webbläsare får" not in place.words(f"/l/{_care.link('avviker', 'client')}")
    if by_staff:
        place.send(settings, act="contact_browsers", contact=whom)
    else:
        where = place.send(f"{address}/svara", act="browsers")
        assert "Alla webbläsare är glömda." in place.words(where)
    assert "webbläsare får meddelanden" not in place.words(address) + place.words(settings)
    notes = list(place.stores.own["2482"].audit.notes())
    gone = [one for one in notes if one.what == "push-unsubscribed"]
    who = "person p-hemtjanst" if by_staff else whom
    assert [(one.who, one.about, one.details) for one in gone] == [(who, whom, {"browsers": 2})]


async def _subscribe(place: Place, whom: str, browsers: int) -> None:
    store = place.stores.own["2482"]
    identities = Identities("2482", store, CareBook(store, {}), lambda: 1)
    for number in range(browsers):
        address = f"https://push.example/{number}"
        given = Subscription(endpoint=address, p256dh="nyckel", auth="hemlig")
        await identities.subscribe(whom, given, who=whom)


def test_nobody_keeps_a_copy_of_a_page_about_a_home(shown: Place) -> None:
    for address in (AT, f"{AT}/hem/home:care:avviker", f"/l/{_care.link('avviker')}", "/l/okand"):
        answer = shown.client.get(address, headers=HTML)
        assert answer.headers["cache-control"] == "no-store"
        assert "etag" not in answer.headers
        assert 'content="noindex"' in answer.text
