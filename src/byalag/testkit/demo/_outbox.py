"""The demo's outbox: a gateway for text messages that sends nothing, and a page of what it took."""

import re
from collections import deque
from collections.abc import Callable
from html import escape
from threading import Lock
from typing import Final

import msgspec
from msgspec import Struct

from byalag.model import Micros
from byalag.testkit import Answer, Asked
from byalag.testkit.demo._text import local

GATEWAY: Final = "/sms"
OUTBOX: Final = "/utkorg"
_MOST: Final = 100  # messages that are shown
_LINK: Final = re.compile(r"https?://\S+")
_PAGE: Final = """<!doctype html><html lang="sv"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Utkorgen ({count})</title>
<style>body{{background:Canvas;color:CanvasText;font:1.1rem/1.6 system-ui;
max-width:34rem;margin:2rem auto;padding:0 1rem;
overflow-wrap:anywhere}}li{{margin:1rem 0}}</style></head>
<body><main><h1>Utkorgen</h1>
<p>Här syns de SMS som skulle ha lämnat datorn. Hemmen är simulerade, numren påhittade.
För att något ska hända snart godtar enheten två falska meddelanden i veckan från varje hem. En
riktig enhet godtar 0,1.</p>
<p lang="en">The text messages that would have left this computer. The homes are simulated. So that
something happens soon, the unit accepts two false messages a week from each home. A real one
accepts 0.1.</p>
<p><a href="/utkorg">Se efter igen</a></p>
<div id="taken" aria-live="polite">{messages}</div></main>
<script>setInterval(async () => {{
const page = new DOMParser().parseFromString(await (await fetch("")).text(), "text/html");
const [was, now] = [document, page].map((one) => one.getElementById("taken"));
if (was.innerHTML !== now.innerHTML) {{ was.replaceChildren(...now.childNodes); }}
if (document.title !== page.title) {{ document.title = page.title; }}
}}, 2000)</script></body></html>"""
_NONE: Final = """<p>Inget än. Det ena hemmet tystnar två minuter efter starten.</p>
<p lang="en">Nothing yet. One of the homes goes quiet two minutes after the start.</p>"""


class Sms(Struct, frozen=True, kw_only=True):
    """A message as the gateway is given it."""

    to: str
    text: str
    reference: str = ""


class Outbox:
    """Takes text messages as an operator's gateway does, and shows them."""

    def __init__(self, now: Callable[[], Micros]) -> None:
        """Begin empty."""
        self._now, self._lock = now, Lock()
        self._taken: deque[tuple[Micros, Sms]] = deque(maxlen=_MOST)

    @property
    def taken(self) -> list[Sms]:
        """What has been taken, oldest first; what was sent again is here once."""
        with self._lock:
            return [sms for _, sms in self._taken]

    def take(self, asked: Asked) -> Answer:
        """Take a message, as a gateway that never loses one."""
        if asked.method != "POST":
            return Answer(status=405, body=b'{"status": "refused"}')
        try:
            sms = msgspec.json.decode(asked.body, type=Sms)
        except msgspec.ValidationError as error:
            refused = msgspec.json.encode({"status": "refused", "why": str(error)})
            return Answer(status=400, body=refused)
        with self._lock:
            if not sms.reference or all(one != sms for _, one in self._taken):
                self._taken.append((self._now(), sms))
        return Answer(status=202, body=b'{"status": "queued"}')

    def show(self) -> Answer:
        """Show what has been taken, newest first."""
        with self._lock:
            taken = list(self._taken)
        rows = "".join(
            f"<li><p>{local(at)[-5:]} till {escape(sms.to)}</p><blockquote>{_linked(sms.text)}"
            "</blockquote></li>"
            for at, sms in reversed(taken)
        )
        shown = f"<ul>{rows}</ul>" if taken else _NONE
        page = _PAGE.format(count=len(taken), messages=shown).encode()
        return Answer(
            body=page, media_type="text/html; charset=utf-8", headers={"cache-control": "no-store"}
        )


def _linked(text: str) -> str:
    parts: list[str] = []
    end = 0
    for found in _LINK.finditer(text):
        address = escape(found[0])
        parts += [escape(text[end : found.start()]), f'<a href="{address}">{address}</a>']
        end = found.end()
    return "".join([*parts, escape(text[end:])])
