"""What to do about a source in each state: one sentence a language."""

from collections.abc import Mapping
from typing import Final

from byalag.engine._face import State
from byalag.model import Words

_ADVICE: Final[Mapping[State, Words]] = {
    "waiting": {
        "sv": "Ingenting behöver göras: källan har inte hunnit svara än.",
        "en": "Nothing to do: the source has not had time to answer yet.",
    },
    "ok": {
        "sv": "Ingenting behöver göras.",
        "en": "Nothing to do.",
    },
    "late": {
        "sv": "Källan svarar men har inte lämnat något nytt på länge. "
        "Fråga ägaren om uppgifterna fortfarande uppdateras.",
        "en": "The source answers but has given nothing new for long. "
        "Ask its owner whether the data is still being updated.",
    },
    "silent": {
        "sv": "Ingenting har hörts från källan på länge. "
        "Kontrollera att den är igång och att den når fram hit.",
        "en": "Nothing has been heard from the source for long. "
        "Check that it is running and that it can reach us.",
    },
    "low": {
        "sv": "Källan lämnar mycket färre poster än den brukar. Fråga ägaren om det är meningen.",
        "en": "The source gives far fewer records than it usually does. "
        "Ask its owner whether that is intended.",
    },
    "failing": {
        "sv": "Senaste försöket misslyckades; vi försöker igen av oss själva. "
        "Läs felet, och kontrollera källans fil om det inte går över.",
        "en": "The last try failed; we try again by ourselves. "
        "Read the error, and check the source's file if it does not pass.",
    },
    "open": {
        "sv": "Källan har misslyckats så många gånger att vi väntar längre mellan försöken. "
        "Läs felet, och kontrollera adress och nyckel eller hör av dig till ägaren.",
        "en": "The source has failed so often that we wait longer between the tries. "
        "Read the error, and check the address and key or turn to its owner.",
    },
    "set-aside-rising": {
        "sv": "Fler poster än vanligt har lagts åt sidan. "
        "Läs varför, och ändra källans fil om ägaren har ändrat sitt format.",
        "en": "More records than usual have been set aside. "
        "Read why, and change the source's file if its owner has changed the format.",
    },
}
_AT_THE_DOOR: Final[Words] = {
    "sv": "Någon levererar med något som inte öppnar dörren. Är det rätt avsändare: jämför "
    "hemligheten eller nyckeln med det som står under [door] i källans fil.",
    "en": "Somebody delivers with what does not open the door. If it is the right sender: compare "
    "its secret or key with what stands under [door] in the source's file.",
}


def advice(state: State, *, at_the_door: bool = False) -> Words:
    """Return what to do about a source in a state, in Swedish and English.

    `at_the_door`: all that fails is that somebody was not let in.
    """
    return dict(_AT_THE_DOOR if at_the_door and state == "failing" else _ADVICE[state])
