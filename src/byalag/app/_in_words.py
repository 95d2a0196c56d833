"""What is wrong with a setting, in the words of the person who wrote it."""

import re
from collections.abc import Mapping
from typing import Final

from byalag.model import Words

# What a setting must look like, by the pattern or the description that its type carries.
MEANINGS: Final[Mapping[str, Words]] = {
    r"^\d{4}$": {
        "sv": 'Skriv fyra siffror inom citattecken, som "2482".',
        "en": 'Write four digits in quotes, as "2482".',
    },
    r"^[a-z][a-z0-9]*:[a-z0-9-]+:[A-Za-z0-9._~-]+$": {
        "sv": "Skriv slag:kommun:namn, utan å, ä, ö och blanksteg, som bath:skelleftea:varutrask.",
        "en": "Write kind:municipality:name, with a-z and no spaces, as bath:skelleftea:varutrask.",
    },
    r"^[a-z][a-z0-9]*:[a-z0-9-]+:[A-Za-z0-9._~-]+/[A-Za-z][A-Za-z0-9]*(@[A-Za-z0-9._~-]+)?$": {
        "sv": "Skriv slag:kommun:namn/egenskap, som sensor:skelleftea:badet/waterTemperature.",
        "en": "Write kind:municipality:name/property, as sensor:skelleftea:badet/waterTemperature.",
    },
    r"^[1-9]\d{0,6}(s|m|h|d)$": {
        "sv": 'Skriv en tidslängd, som "30s", "5m", "1h" eller "2d".',
        "en": 'Write a length of time, as "30s", "5m", "1h" or "2d".',
    },
    r"^\d{1,9}(\.\d{1,9})?/(s|m|h|d)$": {
        "sv": 'Skriv hur mycket på hur lång tid, som "2/h" eller "0.5/m".',
        "en": 'Write how much in how long, as "2/h" or "0.5/m".',
    },
    r"^[a-z][a-z0-9-]*$": {
        "sv": "Skriv med a-z, 0-9 och bindestreck, och börja med en bokstav.",
        "en": "Write with a-z, 0-9 and hyphens, and begin with a letter.",
    },
    r"^[a-z][a-z0-9-]*(/v\d+(\.\d+)?)?$": {
        "sv": "Skriv API:ets namn, som baths, eller en version av det, som baths/v1.",
        "en": "Write the name of an API, as baths, or a version of it, as baths/v1.",
    },
    r"^(\d{4})?$": {
        "sv": 'Skriv kommunens kod, som "2482", eller ingenting.',
        "en": 'Write the code of a municipality, as "2482", or nothing.',
    },
    r"^([A-Z]{2})?$": {
        "sv": "Skriv landets två bokstäver, som SE.",
        "en": "Write the two letters of the country, as SE.",
    },
    r"^#[0-9a-fA-F]{6}$": {
        "sv": "Skriv en färg som # och sex tecken av 0-9 och a-f, som #0b4f6c.",
        "en": "Write a colour as # and six characters of 0-9 and a-f, as #0b4f6c.",
    },
    r"^([A-Za-z0-9._-]+\.(svg|png))?$": {
        "sv": "Skriv namnet på en fil bredvid municipality.toml, som vapen.svg eller vapen.png.",
        "en": "Write the name of a file beside municipality.toml, as arms.svg or arms.png.",
    },
    r"^mqtts?://[^/\s]+/?$": {
        "sv": "Skriv en adress som börjar med mqtt:// eller mqtts://, utan sökväg.",
        "en": "Write an address that begins with mqtt:// or mqtts://, without a path.",
    },
    r"^(\d{4}|hub)?$": {
        "sv": 'Skriv kommunens kod, som "2482", eller "hub" för navet som helhet.',
        "en": 'Write the code of a municipality, as "2482", or "hub" for the hub as a whole.',
    },
    r"^[A-Z_0-9]+$": {
        "sv": "Skriv ett ord ur EU:s lista över frekvenser, som HOURLY eller DAILY.",
        "en": "Write a word of the EU's list of frequencies, as HOURLY or DAILY.",
    },
    r"^[A-Za-z][A-Za-z0-9]*(/[A-Za-z0-9.-]+)?$": {
        "sv": "Skriv ett ord av bokstäverna a-z och siffror, som dailyActivity.",
        "en": "Write a word of the letters a-z and digits, as dailyActivity.",
    },
    r"^([A-Za-z][A-Za-z0-9]*(/[A-Za-z0-9.-]+)?)?$": {
        "sv": "Skriv ett ord av bokstäverna a-z och siffror, som dailyActivity, eller ingenting.",
        "en": "Write a word of the letters a-z and digits, as dailyActivity, or nothing.",
    },
    r"^https?://[^\s<>\"]+$": {
        "sv": "Skriv en adress som börjar med https://.",
        "en": "Write an address that begins with https://.",
    },
    r"^[a-z0-9-]+$": {
        "sv": "Skriv med a-z, 0-9 och bindestreck.",
        "en": "Write with a-z, 0-9 and hyphens.",
    },
    r"^[a-z][a-z0-9]*$": {
        "sv": "Skriv med a-z och 0-9, och börja med en bokstav.",
        "en": "Write with a-z and 0-9, and begin with a letter.",
    },
    r"^[A-Za-z][A-Za-z0-9]*$": {
        "sv": "Skriv ett namn av bokstäverna a-z och siffror, som waterTemperature.",
        "en": "Write a name of the letters a-z and digits, as waterTemperature.",
    },
    r"^[a-z0-9]{4,32}$": {
        "sv": "Nyckelns början är 4 till 32 tecken av a-z och 0-9. `byalag key new` skriver den.",
        "en": "The prefix is 4 to 32 characters of a-z and 0-9. `byalag key new` writes it.",
    },
    r"^\+[1-9]\d{6,14}$": {
        "sv": "Skriv numret med landskod, som +46701740605.",
        "en": "Write the number with its country code, as +46701740605.",
    },
    r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$": {
        "sv": "Skriv en e-postadress, som namn@exempel.se.",
        "en": "Write an e-mail address, as name@example.org.",
    },
    r"^([0-9a-f]{64})?$": {
        "sv": "Den förra hemlighetens SHA-256 är 64 tecken. `byalag key rotate` skriver den.",
        "en": "The former secret's SHA-256 is 64 characters. `byalag key rotate` writes it.",
    },
    r"^[0-9a-f]{64}$": {
        "sv": "Nyckelns SHA-256 är 64 tecken av 0-9 och a-f. `byalag key new` skriver den.",
        "en": "The key's SHA-256 is 64 characters of 0-9 and a-f. `byalag key new` writes it.",
    },
    r"^((env|file|credential):\S+)?$": {
        "sv": "Skriv env:NAMN, file:SÖKVÄG eller credential:NAMN. Hemligheten själv står aldrig i "
        "inställningarna.",
        "en": "Write env:NAME, file:PATH or credential:NAME. The secret itself never stands in the "
        "settings.",
    },
    r"^(ssh|ecdsa|sk)-\S+ [A-Za-z0-9+/=]+( .*)?$": {
        "sv": "Skriv serverns nyckel som ssh-keyscan visar den, från ssh-ed25519 och framåt.",
        "en": "Write the server's key as ssh-keyscan shows it, from ssh-ed25519 on.",
    },
    r"^[A-Za-z0-9][A-Za-z0-9._-]{1,62}$": {
        "sv": "Skriv hinkens namn med bokstäver, siffror, punkt och bindestreck, högst 63 tecken.",
        "en": "Write the bucket's name with letters, digits, dots and hyphens, at most 63.",
    },
    r"^([A-Za-z0-9][A-Za-z0-9._-]*/)*[A-Za-z0-9][A-Za-z0-9._-]*$|^$": {
        "sv": "är en kodare i navmappens codecs/, som elsys/ers-co2.",
        "en": "is a codec in the hub folder's codecs/, as elsys/ers-co2.",
    },
    r"^[0-9A-Fa-f]{2}([:-]?[0-9A-Fa-f]{2}){7}$": {
        "sv": "är enhetens EUI: 16 tecken av 0-9 och A-F.",
        "en": "is the device's EUI: 16 characters of 0-9 and A-F.",
    },
    r"^[A-Za-z0-9._~-]*$": {
        "sv": "Skriv med bokstäverna a-z, siffror, punkt, bindestreck, understreck och ~.",
        "en": "Write with the letters a-z, digits, dot, hyphen, underscore and ~.",
    },
    r"^https?://[^<>\s]+$": {
        "sv": "Skriv en adress utan blanksteg som börjar med https:// eller http://.",
        "en": "Write an address without spaces that begins with https:// or http://.",
    },
    r"^/[A-Za-z0-9_/#,-]*$": {
        "sv": "är en tjänsteväg som börjar med snedstreck, som /skelleftea/parkering.",
        "en": "is a service path that begins with a slash, as /skelleftea/parking.",
    },
    r"^[0-9T:.Z+-]+$|^(\.\.|[0-9T:.Z+-]*)/(\.\.|[0-9T:.Z+-]*)$": {
        "sv": "är en tid eller en period, som 2026-06-01T00:00:00Z/.. .",
        "en": "is a time or a period, as 2026-06-01T00:00:00Z/.. .",
    },
    r"^[a-z0-9][a-z0-9-]*$": {
        "sv": "Skriv med a-z, 0-9 och bindestreck, och börja med en bokstav eller siffra.",
        "en": "Write with a-z, 0-9 and hyphens, and begin with a letter or digit.",
    },
    r"^(env|file|credential):\S+$": {
        "sv": "Skriv env:NAMN, file:SÖKVÄG eller credential:NAMN. `byalag secret new` gör "
        "en nyckel.",
        "en": "Write env:NAME, file:PATH or credential:NAME. `byalag secret new` makes a key.",
    },
    r"^(env|file|credential):.+$": {
        "sv": "skrivs env:NAMN, file:SÖKVÄG eller credential:NAMN; hemligheten själv står aldrig i "
        "inställningarna.",
        "en": "is written env:NAME, file:PATH or credential:NAME; the secret itself never stands "
        "in the settings.",
    },
    r"^https://[^\s]+$": {
        "sv": "Skriv en adress som börjar med https://, som webbläsaren uppger den.",
        "en": "Write an address that begins with https://, as the browser gives it.",
    },
    r"^[A-Za-z0-9_-]{16,100}={0,2}$": {
        "sv": "Skriv nyckeln som webbläsaren uppger den, i base64url.",
        "en": "Write the key as the browser gives it, in base64url.",
    },
    r"^(mailto:|https://)[^\s]+$": {
        "sv": 'Skriv en adress som "mailto:drift@exempel.se" eller "https://exempel.se".',
        "en": 'Write an address as "mailto:drift@example.org" or "https://example.org".',
    },
    r"^https?://": {
        "sv": "Skriv en adress som börjar med https:// eller http://; {secret:env:NAMN} i den "
        "fylls i när den frågas.",
        "en": "Write an address that begins with https:// or http://; {secret:env:NAME} in it is "
        "filled in when it is asked.",
    },
    r"^https?://[^/\s]+(/[^\s]*)?$": {
        "sv": "Skriv adressen dit människor når navet utifrån, som https://data.kommunen.se.",
        "en": "Write the address where people reach the hub from outside, as "
        "https://data.kommunen.se.",
    },
    r"^\S+:\d{1,5}$": {
        "sv": 'Skriv nätverksadress och port att svara på, som "127.0.0.1:8080".',
        "en": 'Write the network address and port to answer on, as "127.0.0.1:8080".',
    },
    r"^mqtts?://[^\s/@]+/?$": {
        "sv": "Skriv mäklarens adress, som mqtts://mqtt.kommunen.se eller mqtt://10.20.3.4:1883.",
        "en": "Write the broker's address, as mqtts://mqtt.example.org or mqtt://10.20.3.4:1883.",
    },
    r"^(nats|tls)://[^\s/@]+/?$": {
        "sv": "Skriv serverns adress, som tls://nats.kommunen.se eller nats://10.20.3.4:4222.",
        "en": "Write the server's address, as tls://nats.example.org or nats://10.20.3.4:4222.",
    },
    r"^(#|([^+#/\x00]*|\+)(/([^+#/\x00]*|\+))*(/#)?)$": {
        "sv": "Skriv ett ämne, som tele/+/SENSOR eller tele/#: + är en hel nivå, # står sist.",
        "en": "Write a topic, as tele/+/SENSOR or tele/#: + is a whole level, # is at the end.",
    },
    r"^(>|([^\s.*>]+|\*)(\.([^\s.*>]+|\*))*(\.>)?)$": {
        "sv": "Skriv ett ämne, som tele.*.sensor eller tele.>: * är ett helt ord, > står sist.",
        "en": "Write a subject, as tele.*.sensor or tele.>: * is a whole word, > is at the end.",
    },
    r"^[^\s.*>/\\]+$": {
        "sv": "Skriv strömmens namn, utan blanksteg, punkt, snedstreck, * och >.",
        "en": "Write the name of the stream, without spaces, dots, slashes, * and >.",
    },
    r"^[1-9]\d{0,4}(ms|s)$": {
        "sv": 'Skriv en kort tidslängd, som "50ms" eller "2s".',
        "en": 'Write a short length of time, as "50ms" or "2s".',
    },
    r"^[^\s.*>/\\]*$": {
        "sv": "Skriv ett namn utan blanksteg, punkt, snedstreck, * och >.",
        "en": "Write a name without spaces, dots, slashes, * and >.",
    },
}

_ENGLISH: Final = (
    (re.compile(r"Expected `str` of length >= 1$"), "must not be empty"),
    (re.compile(r"Expected `array` of length >= 1$"), "must have one at least"),
    (re.compile(r"Expected `str`"), "must be text in quotes"),
    (re.compile(r"Expected `int \| null`|Expected `int`"), "must be a whole number"),
    (re.compile(r"Expected `float \| null`|Expected `float`"), "must be a number"),
    (re.compile(r"Expected `bool`"), "must be true or false"),
    (re.compile(r"Expected `array`"), "must be a list in square brackets"),
    (re.compile(r"Expected `object`"), "must be a table"),
    (re.compile(r" <= (\S+)$"), r" of \1 at most"),
    (re.compile(r" >= (\S+)$"), r" of \1 at least"),
    (re.compile(r", got `(\w+)`"), r" (given: \1)"),
    (re.compile(r"Invalid enum value (.+)"), r"\1 is not known"),
    (re.compile(r"Invalid RFC3339 encoded datetime"), "must be a time as 2027-01-31T00:00:00Z"),
)
_SWEDISH: Final = (
    (re.compile(r"must not be empty"), "får inte vara tom"),
    (re.compile(r"must have one at least"), "måste ha minst en"),
    (re.compile(r"must be text in quotes"), "ska vara text inom citattecken"),
    (re.compile(r"must be a whole number"), "ska vara ett heltal"),
    (re.compile(r"must be a number"), "ska vara ett tal"),
    (re.compile(r"must be true or false"), "ska vara true eller false"),
    (re.compile(r"must be a list in square brackets"), "ska vara en lista inom hakparenteser"),
    (re.compile(r"must be a table"), "ska vara en tabell"),
    (re.compile(r" of (\S+) at most"), r" som är högst \1"),
    (re.compile(r" of (\S+) at least"), r" som är minst \1"),
    (re.compile(r"\(given: str\)"), "(angivet: text)"),
    (re.compile(r"\(given: int\)"), "(angivet: heltal)"),
    (re.compile(r"\(given: float\)"), "(angivet: tal)"),
    (re.compile(r"\(given: bool\)"), "(angivet: true eller false)"),
    (re.compile(r"\(given: array\)"), "(angivet: lista)"),
    (re.compile(r"\(given: object\)"), "(angivet: tabell)"),
    (re.compile(r"\(given: (\w+)\)"), r"(angivet: \1)"),
    (re.compile(r"(.+) is not known"), r"\1 finns inte"),
    (re.compile(r"must be a time as (\S+)"), r"ska vara en tid, som \1"),
)
_TOML_SWEDISH: Final = (
    (re.compile(r"Invalid statement"), "raden är ingen inställning (namn = värde)"),
    (re.compile(r"Cannot overwrite a value"), "inställningen står redan tidigare i filen"),
    (re.compile(r"Cannot declare \((.*?),?\) twice"), r"tabellen \1 står redan tidigare i filen"),
    (re.compile(r"Expected '=' after a key.*"), "det saknas ett likhetstecken efter namnet"),
    (re.compile(r"Invalid value"), "värdet är inte skrivet som TOML; text står inom citattecken"),
    (re.compile(r"Unterminated string"), "texten saknar ett avslutande citattecken"),
    (re.compile(r"Illegal character (.+)"), r"tecknet \1 får inte stå här"),
    (re.compile(r"Unclosed array"), "listan saknar en avslutande hakparentes"),
    (re.compile(r"Unclosed inline table"), "tabellen saknar en avslutande klammer"),
    (re.compile(r"Expected newline or end of document.*"), "det står något mer efter värdet"),
    (re.compile(r"Unescaped '\\' in a string"), r"skriv \\ två gånger för ett bakstreck i text"),
)


def meaning_of(pattern: str | None) -> Words:
    """Return what a setting with such a pattern must look like; empty words if nobody has said."""
    return MEANINGS.get(pattern or "", {"sv": "", "en": ""})


def wrong(plain: str, meaning: Words) -> Words:
    """Return what msgspec found wrong, and what is meant, in each language."""
    if "matching regex" in plain:
        said: Words = {"sv": "kan inte läsas", "en": "cannot be read"}
    else:
        english = _said(plain, _ENGLISH)
        said = {"sv": _said(english, _SWEDISH), "en": english}
    return {each: f"{said[each]}. {meaning[each]}".strip() for each in ("sv", "en")}


def unreadable(why: str) -> Words:
    """Return why a file is no TOML, in each language."""
    swedish = _said(why, _TOML_SWEDISH)
    return {"sv": f"filen kan inte läsas: {swedish}.", "en": f"the file cannot be read: {why}."}


NOT_UTF8: Final[Words] = {
    "sv": "filen är inte sparad som UTF-8: öppna den i en textredigerare och spara den så.",
    "en": "the file is not saved as UTF-8: open it in a text editor and save it so.",
}
TOO_MUCH: Final[Words] = {
    "sv": "filen kan inte läsas: den har för djupa nivåer eller för långa tal.",
    "en": "the file cannot be read: its levels are too deep or its numbers too long.",
}


def _said(text: str, words: tuple[tuple[re.Pattern[str], str], ...]) -> str:
    for pattern, replacement in words:
        text = pattern.sub(replacement, text)
    return text
