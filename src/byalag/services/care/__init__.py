"""A quiet kitchen, and someone who gets to know: homes that are watched because somebody wishes it.

Nothing here is a diagnosis. A notice says what was not seen, since when and how unusual that is,
and never what it means. A sensor that is not heard is its own state, and never a silent person.
"""

from byalag.services.care._coming import coming
from byalag.services.care._dawn import Dawn, Seen, first_dawn, next_dawn, pack, seen, unpack
from byalag.services.care._dayview import day_view, heard_share, week_view
from byalag.services.care._devices import Contacted, battery_of, contacted, heard_since
from byalag.services.care._face import Book, DayInNumbers, DayView, HalfHour, Lookout, WeekView
from byalag.services.care._home import (
    ROOMS,
    Channel,
    Consent,
    Contact,
    Counts,
    HomeId,
    Meaning,
    Room,
    Sight,
    Stage,
    Way,
)
from byalag.services.care._hours import begins as day_begins
from byalag.services.care._hours import day_of
from byalag.services.care._hours import ends as day_ends
from byalag.services.care._hours import old_slots as old_half_hours
from byalag.services.care._hours import slots as half_hours
from byalag.services.care._judge import Known, Much, Score, Verdict, as_watched, judge
from byalag.services.care._life import Ended, Home, SaidAt, after, home_of
from byalag.services.care._message import LANGUAGES, Worded, worded
from byalag.services.care._progress import tries
from byalag.services.care._pseudonym import DRAWN, Pseudonymous, pseudonym
from byalag.services.care._rules import STAGES, Around, Unsayable, allowed, becomes, lapsed
from byalag.services.care._said import (
    About,
    Acknowledged,
    Away,
    Back,
    ChannelGone,
    ChannelSet,
    Closed,
    ConsentGiven,
    ConsentWithdrawn,
    ContactGone,
    ContactSet,
    Household,
    NoticeClosed,
    NoticeOpened,
    Opened,
    Said,
    StageSet,
    Told,
    Visiting,
)
from byalag.services.care._scores import limits, lives_there, much, scored
from byalag.services.care._staging import HINDRANCES, Hindrance, hinders, onward
from byalag.services.care._standing import Device, DeviceState, Kind, Reason, Standing, State
from byalag.services.care._tell import how_often, tell
from byalag.services.care._telling import Plan, Telling, plan, refusal, steps
from byalag.services.care._town import Town
from byalag.services.care._town_homes import Entered
from byalag.services.care._unit import Unit
from byalag.services.care._visit import Link, Visit, digest_of, opens

__all__ = [
    "DRAWN",
    "HINDRANCES",
    "LANGUAGES",
    "ROOMS",
    "STAGES",
    "About",
    "Acknowledged",
    "Around",
    "Away",
    "Back",
    "Book",
    "Channel",
    "ChannelGone",
    "ChannelSet",
    "Closed",
    "Consent",
    "ConsentGiven",
    "ConsentWithdrawn",
    "Contact",
    "ContactGone",
    "ContactSet",
    "Contacted",
    "Counts",
    "Dawn",
    "DayInNumbers",
    "DayView",
    "Device",
    "DeviceState",
    "Ended",
    "Entered",
    "HalfHour",
    "Hindrance",
    "Home",
    "HomeId",
    "Household",
    "Kind",
    "Known",
    "Link",
    "Lookout",
    "Meaning",
    "Much",
    "NoticeClosed",
    "NoticeOpened",
    "Opened",
    "Plan",
    "Pseudonymous",
    "Reason",
    "Room",
    "Said",
    "SaidAt",
    "Score",
    "Seen",
    "Sight",
    "Stage",
    "StageSet",
    "Standing",
    "State",
    "Telling",
    "Told",
    "Town",
    "Unit",
    "Unsayable",
    "Verdict",
    "Visit",
    "Visiting",
    "Way",
    "WeekView",
    "Worded",
    "after",
    "allowed",
    "as_watched",
    "battery_of",
    "becomes",
    "coming",
    "contacted",
    "day_begins",
    "day_ends",
    "day_of",
    "day_view",
    "digest_of",
    "first_dawn",
    "half_hours",
    "heard_share",
    "heard_since",
    "hinders",
    "home_of",
    "how_often",
    "judge",
    "lapsed",
    "limits",
    "lives_there",
    "much",
    "next_dawn",
    "old_half_hours",
    "onward",
    "opens",
    "pack",
    "plan",
    "pseudonym",
    "refusal",
    "scored",
    "seen",
    "steps",
    "tell",
    "tries",
    "unpack",
    "week_view",
    "worded",
]
