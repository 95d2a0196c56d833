"""A standard where it is reached: one way in for every method and path below its root.

What all standards share is done here: who may come in, how much may be sent, the answers that are
kept, entity tags, compression, HEAD and OPTIONS. What a path means is the standard's own.
"""

from http import HTTPStatus
from urllib.parse import quote

from msgspec.structs import replace
from starlette.types import Receive, Scope, Send

from byalag.app._about_people import PURPOSE, Asking
from byalag.app._access import Gate, Rules, StandardGate, Turned
from byalag.app._anchoring import NotAnchored
from byalag.app._bounded import Bounded, whole
from byalag.app._described import Described
from byalag.app._face import Limits
from byalag.app._kept import Kept, Question, Sent, tag
from byalag.app._window import OpenWindow, Windows
from byalag.asking import TooHard
from byalag.governance import NotAllowed
from byalag.standards import NotFetched, Reply, Spoken, Standard
from byalag.standards.profile import TROUBLES, NotAnswered
from byalag.store import Closed, Full, Unwritable, watching

LONGEST = 32 * 1024  # characters of an address
QUESTION = 256 * 1024  # bytes of a body that only asks: anyone may send one
_LONG = 128 * 1024  # bytes of a body that takes more than a millisecond to compress
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})
_SAFE = frozenset({"GET", "HEAD"})
_BODILESS = frozenset({204, 304})
_ELSEWHERE = frozenset(  # headers that no answer depends on; all others are part of a question
    {
        b"accept-encoding",
        b"authorization",
        b"cache-control",
        b"connection",
        b"content-length",
        b"host",
        b"if-none-match",
        b"origin",
        b"referer",
        b"traceparent",
        b"tracestate",
        b"user-agent",
        b"x-api-key",
    }
)
_OPEN = (b"cache-control", b"public, max-age=10")
_OWN = (b"cache-control", b"private, no-cache")
_VARY = (b"vary", b"Accept, Accept-Encoding, Accept-Language, Authorization, Link")
_CLOSED = (
    "Nothing can be written here: no dataset of the municipality is open for it. "
    "Put `written = true` in one of its files in `datasets/`, and start the hub again."
)


class Mounted:
    """One standard of a hub, at its root."""

    def __init__(  # noqa: PLR0913 -- a standard, and all that surrounds it
        self,
        standard: Standard,
        windows: Windows,
        described: Described,
        rules: Rules,
        *,
        hub: str,
        limits: Limits,
        kept: Kept,
    ) -> None:
        """Take the standard, its stores, who may come in, and where others reach the hub."""
        self.gate = StandardGate(
            self,
            standard.root,
            rules,
            tenants=windows.own,
            near=windows.near,
            purposes=lambda code: windows.walls(code).purposes,
        )
        self._standard, self._windows = standard, windows
        self._described, self._hub, self._limits, self._kept = described, hub, limits, kept
        self._asking = replace(limits, body=min(limits.body, QUESTION))
        self.root = standard.root
        self._raw_root = standard.root.encode()

    def holds(self, path: str) -> bool:
        """Say whether a path is the root of the standard, or below it."""
        return path.startswith(self.root) and path[len(self.root) :][:1] in {"", "/"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        scope["template"] = self.root
        sent = _unless_known(await self._answer(scope, receive), scope)
        await _send(sent, scope, send, self._windows)

    def crashed(self, scope: Scope, said: str) -> Reply:
        """Say in the standard's own shape that it was our fault."""
        return self._standard.refuse(self._spoken(scope), 500, TROUBLES["fault"].title["en"], said)

    async def _answer(self, scope: Scope, receive: Receive) -> Sent:
        spoken, method = self._spoken(scope), scope["method"]
        if len(spoken.raw) + len(spoken.query) > LONGEST:
            return self._refuse(spoken, 414, f"The address is longer than {LONGEST:,} characters.")
        if method not in _METHODS:
            return self._other(spoken, method)
        if spoken.method == "GET" and (told := self._described.find(spoken)) is not None:
            return _prepared(told, tagged=True, public=True)
        return await self._admit(scope, receive, spoken)

    async def _admit(self, scope: Scope, receive: Receive, spoken: Spoken) -> Sent:
        """Answer whoever may come in, and say to others why they may not."""
        reads = self._standard.reads(spoken.method, spoken.path)
        admitted = self.gate.decide(
            scope, "read" if reads else "write", self._standard.municipality(spoken.headers)
        )
        if isinstance(admitted, Turned):
            return self._turn(spoken, admitted)
        purpose = spoken.headers.get(PURPOSE, "")
        window = self._windows.open(admitted.municipality, writes=not reads, purpose=purpose)
        window.key = admitted.actor.key.prefix if admitted.actor.key else ""
        if not reads and window.writes is None:
            return self._refuse(spoken, HTTPStatus.FORBIDDEN, _CLOSED)
        if purpose and admitted.municipality is not None:
            actor, code = admitted.actor, admitted.municipality
            personal = self.gate.about_people(actor, "read" if reads else "write", code, purpose)
            if isinstance(personal, Turned):
                return self._turn(spoken, personal)
            asking = Asking(self._windows, actor, code, purpose, self.root + spoken.path)
            return await self._watched(scope, receive, spoken, window, asking)
        if spoken.method == "GET":
            return await self._read(scope, spoken, window)
        return await self._take(scope, receive, spoken, window)

    async def _watched(
        self,
        scope: Scope,
        receive: Receive,
        spoken: Spoken,
        window: OpenWindow,
        asking: Asking,
    ) -> Sent:
        """Answer what is about people, once it has been written down whom the answer is about."""
        try:
            self._windows.anchored()
            with watching() as seen:
                if spoken.method == "GET":
                    sent = _prepared(await self._ask(spoken, window))
                else:
                    sent = await self._take(scope, receive, spoken, window)
            await asking.note(seen)
        except (NotAnchored, Unwritable, Closed) as error:
            return _prepared(self._say(spoken, HTTPStatus.SERVICE_UNAVAILABLE, error))
        return sent

    async def _read(self, scope: Scope, spoken: Spoken, window: OpenWindow) -> Sent:
        """Answer a GET: by what was answered last time, if it still holds."""
        question = self._question(scope, window)
        version = window.reading.version()
        sent = self._kept.find(question, version)
        if sent is not None:
            return sent
        states = window.reading.states()
        sent = self._kept.renew(question, version, states)
        if sent is None:
            reply = await self._ask(spoken, window)
            sent = _prepared(reply, tagged=True, public=window.municipality is None)
            sent.rests = _rests(reply, states)
            if reply.last and not window.timed and reply.status == HTTPStatus.OK:
                self._kept.keep(question, version, sent)
        return sent

    async def _take(
        self, scope: Scope, receive: Receive, spoken: Spoken, window: OpenWindow
    ) -> Sent:
        """Answer what comes with a body."""
        coding = spoken.headers.get("content-encoding", "identity").lower()
        if coding != "identity":
            why = f"Content-Encoding {coding[:50]} is not taken; send the body as it is."
            return self._refuse(spoken, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, why)
        reads = self._standard.reads(spoken.method, spoken.path)
        try:
            body = await whole(Bounded(scope, receive, self._asking if reads else self._limits))
        except NotAnswered as error:
            status = TROUBLES[error.trouble].status
            return self._refuse(spoken, status, str(error), (b"connection", b"close"))
        return _prepared(await self._ask(replace(spoken, body=body), window))

    async def _ask(self, spoken: Spoken, window: OpenWindow) -> Reply:
        """Let the standard answer; what the hub cannot do just now is said in its own shape."""
        try:
            return await self._standard.answer(spoken, window)
        except Full as error:
            return self._say(spoken, HTTPStatus.INSUFFICIENT_STORAGE, error)
        except (Closed, Unwritable, NotFetched) as error:
            return self._say(spoken, HTTPStatus.SERVICE_UNAVAILABLE, error)
        except NotAllowed as error:
            return self._say(spoken, HTTPStatus.FORBIDDEN, error)
        except TooHard as error:
            return self._say(spoken, HTTPStatus.BAD_REQUEST, error)

    def _say(self, spoken: Spoken, status: HTTPStatus, error: Exception) -> Reply:
        return self._standard.refuse(spoken, status, status.phrase, str(error))

    def _spoken(self, scope: Scope) -> Spoken:
        raw: bytes = scope.get("raw_path") or b""
        begins = raw.startswith(self._raw_root)
        path: str = scope["path"][len(self.root) :]
        return Spoken(
            method="GET" if scope["method"] == "HEAD" else scope["method"],
            path=path,
            query=scope["query_string"].decode("utf-8", "replace"),
            headers={
                name.decode("latin-1"): text.decode("latin-1")
                for name, text in scope["said"].items()
            },
            body=b"",
            root=self._hub + self.root,
            hub=self._hub,
            trace=scope["trace"],
            raw=raw[len(self._raw_root) :].decode("latin-1") if begins else quote(path, safe="/:"),
        )

    def _question(self, scope: Scope, window: OpenWindow) -> Question:
        """Return all that an answer depends on beside the store: on what is hidden of it, too."""
        said = tuple([pair for pair in scope["said"].items() if pair[0] not in _ELSEWHERE])
        path = scope.get("raw_path") or scope["path"]
        return window.municipality, window.walled, path, scope["query_string"], said

    def _other(self, spoken: Spoken, method: str) -> Sent:
        allowed = ", ".join(self._described.methods(spoken.path))
        if method == "OPTIONS":
            return Sent(HTTPStatus.NO_CONTENT, b"", [(b"allow", allowed.encode())])
        why = f"{method[:20]} cannot be used here; use {allowed}."
        return self._refuse(
            spoken, HTTPStatus.METHOD_NOT_ALLOWED, why, (b"allow", allowed.encode())
        )

    def _turn(self, spoken: Spoken, turned: Turned) -> Sent:
        more = [] if turned.status != HTTPStatus.UNAUTHORIZED else [_CHALLENGE]
        if turned.wait:
            more = [(b"retry-after", b"%d" % turned.wait)]
        return self._refuse(spoken, turned.status, turned.why, *more)

    def _refuse(self, spoken: Spoken, status: int, why: str, *more: tuple[bytes, bytes]) -> Sent:
        reply = self._standard.refuse(spoken, status, HTTPStatus(status).phrase, why)
        sent = _prepared(reply)
        sent.pairs.extend(more)
        return sent


def _rests(reply: Reply, states: tuple[int, int]) -> tuple[int | None, int | None]:
    """Return which of the states a reply rests on."""
    changed, described = states
    if reply.rests_on == "facts":
        return changed, None
    return (None, described) if reply.rests_on == "descriptions" else (None, None)


_CHALLENGE = (b"www-authenticate", Gate.realm.encode())


def _prepared(reply: Reply, *, tagged: bool = False, public: bool = False) -> Sent:
    """Return a reply as it leaves: with an entity tag and how long it may be kept, unless said."""
    pairs = [(name.lower().encode(), text.encode()) for name, text in reply.headers.items()]
    names = {name for name, _ in pairs}
    if reply.body:
        pairs.append((b"content-type", reply.media_type.encode()))
    said = b""
    good = reply.status == HTTPStatus.OK
    if b"etag" in names:
        said = dict(pairs)[b"etag"]
    elif tagged and good:
        said = tag(reply.body, reply.media_type).encode()
        pairs.append((b"etag", said))
    if b"cache-control" not in names:
        pairs.append(_OPEN if public and good else _OWN)
    if b"vary" not in names:
        pairs.append(_VARY)
    return Sent(reply.status, reply.body, pairs, said)


def _unless_known(sent: Sent, scope: Scope) -> Sent:
    """Return an answer, without its body if whoever asks has it."""
    shown = scope["said"].get(b"if-none-match")
    if shown is None or not sent.tag or scope["method"] not in _SAFE or not _is(sent.tag, shown):
        return sent
    return Sent(HTTPStatus.NOT_MODIFIED, b"", _without_type(sent), sent.tag)


def _without_type(sent: Sent) -> list[tuple[bytes, bytes]]:
    return [pair for pair in sent.pairs if pair[0] != b"content-type"]


def _is(known: bytes, shown: bytes) -> bool:
    """Compare weakly, as RFC 9110 asks for If-None-Match."""
    opaque = known.removeprefix(b"W/")
    given = (each.strip().removeprefix(b"W/") for each in shown.split(b","))
    return any(each in {opaque, b"*"} for each in given)


async def _send(sent: Sent, scope: Scope, send: Send, windows: Windows) -> None:
    """Send an answer: compressed to those who can read it, and without its body to a HEAD."""
    body, pairs = sent.body, sent.pairs
    if b"gzip" in scope["said"].get(b"accept-encoding", b"") and sent.packable:
        long = len(body) > _LONG and not sent.packed
        body = await windows.beside.run(sent.pack) if long else sent.pack()
        pairs = [*pairs, (b"content-encoding", b"gzip")]
    if sent.status not in _BODILESS:
        pairs = [*pairs, (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": sent.status, "headers": pairs})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
