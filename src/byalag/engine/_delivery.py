"""What is sent of one message in a queue: to an outlet's own receivers, or to whom a service means.

What goes wrong is told of by the receiver's pseudonym, never by an address.
"""

from collections.abc import Sequence

import msgspec

from byalag.engine._carrier import Carrier
from byalag.engine._outlet_face import Addressed, ConnectedOutlet, Directory, NotTaken
from byalag.outlets import Message, Sending, Unsendable, serves_unit
from byalag.store import Parcel


async def deliver(
    connected: ConnectedOutlet, directory: Directory | None, carrier: Carrier, parcel: Parcel
) -> None:
    """Send a message once; when this returns, somebody has taken it.

    Raises:
        NotTaken: Nobody has.
        Unsendable: The message cannot be written for the receiver.
        Withdrawn: It is not to be sent any more.
        msgspec.MsgspecError: What is in the queue cannot be read.

    """
    message = msgspec.json.decode(parcel.message, type=Message)
    kind, settings = connected.kind, connected.settings
    if not serves_unit(settings):
        await carrier.send(kind.compose(settings, message, parcel.receiver))
        return
    if directory is None:
        reason = "nobody knows yet whom the receivers are; the hub is starting"
        raise NotTaken(reason)
    found = await directory.addressed(kind.name, message, parcel.receiver)
    if not found.addresses:
        reason = f"{parcel.receiver} has no address of this kind"
        raise Unsendable(reason)
    await _to_any(connected, directory, carrier, parcel, found)


async def _to_any(
    connected: ConnectedOutlet,
    directory: Directory,
    carrier: Carrier,
    parcel: Parcel,
    found: Addressed,
) -> None:
    """Send to each address of one receiver; it is enough that one takes it."""
    taken, problems = False, list[NotTaken | Unsendable]()
    for address in found.addresses:
        try:
            await carrier.send(_composed(connected, found, address))
        except NotTaken as error:
            if error.gone:
                code, kind = connected.municipality.code, connected.kind.name
                await directory.gone(code, kind, parcel.receiver, address)
            why = hidden(str(error), address, parcel.receiver)
            problems.append(NotTaken(why, wait=error.wait, final=error.final))
        except Unsendable as error:
            problems.append(Unsendable(hidden(str(error), address, parcel.receiver)))
        else:
            taken = True
    if not taken:
        raise _worst_left(problems)


def _composed(connected: ConnectedOutlet, found: Addressed, address: str) -> Sending:
    kind = connected.kind
    if kind.towards is None:
        reason = f"an outlet of the kind {kind.name} knows only its own receivers"
        raise Unsendable(reason)
    settings = kind.towards(connected.settings, address, found.language)
    return kind.compose(settings, found.message, kind.receivers(settings)[0])


def _worst_left(problems: Sequence[NotTaken | Unsendable]) -> NotTaken | Unsendable:
    """Return the problem that may pass, if any may."""
    for one in problems:
        if isinstance(one, NotTaken) and not one.final:
            return one
    return problems[0]


def hidden(why: str, address: str, receiver: str) -> str:
    """Return why something went wrong without the address that it went wrong with."""
    for spelling in {address, address.removeprefix("+"), address.lower()}:
        why = why.replace(spelling, receiver)
    return why
