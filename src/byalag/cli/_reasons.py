"""Why something was refused or set aside, said in Swedish where people often meet it.

Sources and mappings give their reasons in English, as data. What is not listed here is shown as
it stands.
"""

import re
from typing import Final

from byalag.cli._language import language

SHOWN: Final = r"('.*?'|\".*?\"|[\w.\-]+)"
_SWEDISH: Final = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        # commands
        (r"No source (.+); there is none\.", r"Källan \1 finns inte; det finns ingen."),
        (r"No source (.+); there is (.+)\.", r"Källan \1 finns inte; det här finns: \2."),
        (
            r"No series (.+) in (.+) whose values are shown\.",
            r"Serien \1 finns inte i \2, eller är om människor och visas inte.",
        ),
        (
            r"(.+) has no rule: say a limit to try, such as --range -2,40\.",
            r"\1 har ingen regel: ange en gräns att pröva, som --range -2,40.",
        ),
        (
            r"No municipality (.+) in (.+); there is (.+)\.",
            r"Kommunen \1 finns inte i \2; det här finns: \3.",
        ),
        (
            r"Several municipalities \((.+)\) have a source (.+); say which\.",
            r"Flera kommuner (\1) har en källa \2; säg vilken med --municipality.",
        ),
        (
            r"Port (\d+) on (\S+) cannot be used: (.+)\. Stop what uses it, or choose another with",
            r"Port \1 på \2 går inte att använda (\3). Stäng det som använder den, eller byt med",
        ),
        (
            r"Another Byalag already works with (.+): stop it first\.",
            r"Ett annat Byalag arbetar redan med \1: stoppa det först.",
        ),
        (
            r"There are several municipalities in (.+); say which: (.+)\.",
            r"Det finns flera kommuner i \1; säg vilken med --municipality: \2.",
        ),
        # bringing stores up, and taking them back
        (
            (
                r"There is no room to bring (.+) to schema (\d+): a copy of it is kept first\. "
                r"(\d+) MiB are needed and (\d+) MiB are left\. .+"
            ),
            (
                r"Det finns inte plats att uppgradera \1 till schema \2: en kopia sparas först. "
                r"Det behövs \3 MiB och det finns \4 MiB kvar. Gör plats och starta igen; "
                "ingenting har ändrats."
            ),
        ),
        (
            r"There is no copy of schema (\d+) of (.+); nothing was changed\. .+",
            (
                r"Det finns ingen kopia av schema \1 för \2; ingenting har ändrats. "
                "`byalag migrate show` visar vilka kopior som finns."
            ),
        ),
        # --open-loopback
        (
            r"--open-loopback lets anyone write who reaches (.+)\. It is for this machine .+",
            (
                r"--open-loopback låter alla skriva som når \1. Det är för den här datorn bara: "
                "utelämna --host, eller ange 127.0.0.1."
            ),
        ),
        (
            r"There is no dataset in (.+) to write in: put written = true in one of its files\.",
            r"Det finns ingen datamängd i \1 att skriva i: lägg written = true i en av filerna.",
        ),
        (
            r"--open-loopback is for a hub of one municipality; (.+) has (\d+)\. .+",
            (
                r"--open-loopback är för ett nav med en kommun; \1 har \2. "
                "Utelämna mappen, så görs en för tillfället."
            ),
        ),
        (
            r"(.+) holds something, and with --open-loopback anyone on this machine can take .+",
            (
                r"\1 är inte tom, och med --open-loopback kan vem som helst på datorn ta bort "
                "allt. Utelämna mappen, så görs en för tillfället, eller ange en annan "
                "lagringsmapp i hub.toml."
            ),
        ),
        # outlets
        (r"No outlet (.+); there is none\.", r"Utgången \1 finns inte; det finns ingen."),
        (r"No outlet (.+); there is (.+)\.", r"Utgången \1 finns inte; det här finns: \2."),
        (
            r"Several municipalities \((.+)\) have an outlet (.+); say which\.",
            r"Flera kommuner (\1) har en utgång \2; säg vilken med --municipality.",
        ),
        (r"not taken for 3 days; the last time: (.+)", r"inte mottaget på 3 dygn; senast: \1"),
        (
            r"the receiver is no longer in the outlet's file",
            "mottagaren står inte längre i utgångens fil",
        ),
        (r"it could not be connected to in time", "det gick inte att ansluta i tid"),
        (r"it did not answer within (\d+) s", r"inget svar inom \1 s"),
        (r"it answered (\d+): it did not take the message", r"svarade \1: tog inte emot"),
        (r"(\S+) refuses the receiver: (.+)", r"\1 tar inte emot till mottagaren: \2"),
        (r"(\S+) did not answer within (\d+) s", r"\1 svarade inte inom \2 s"),
        # brokers
        (
            r"the broker had not kept our place, so what was sent meanwhile may be missing",
            "mäklaren hade inte sparat vår plats, så det som skickades under tiden kan saknas",
        ),
        (
            r"the stream had been made anew, so what it held before is gone",
            "strömmen hade gjorts om, så det som fanns i den är borta",
        ),
        (
            r"(\d+) messages? (?:was|were) removed from the stream before we heard them",
            r"\1 meddelanden togs bort ur strömmen innan vi hörde dem",
        ),
        (r"\(between (\S+ \S+) and (\S+ \S+)\)", r"(mellan \1 och \2)"),
        (
            r"the message is (\d+) bytes and at most (\d+) are taken; raise max_bytes in the",
            r"meddelandet är \1 byte och högst \2 tas emot; höj max_bytes i",
        ),
        (
            r"source's file, and ask its sender to send it again",
            "källans fil och be avsändaren skicka det igen",
        ),
        (r"no broker answers at (\S+) \((.+)\)", r"ingen mäklare svarar på \1 (\2)"),
        (r"no broker answered at (\S+) in time", r"ingen mäklare svarade på \1 i tid"),
        (
            r"the broker could not be trusted \((.+)\)",
            r"mäklarens certifikat går inte att lita på (\1)",
        ),
        (r"the connection to the broker broke", "förbindelsen med mäklaren bröts"),
        (r"the broker closed the connection", "mäklaren stängde förbindelsen"),
        (
            r"the user or the password is wrong; check `user` and `password` in the source's file",
            "användaren eller lösenordet är fel; kontrollera `user` och `password` i källans fil",
        ),
        (
            r"we may not; check `user` and `password`, or ask the owner of the broker for leave",
            "vi får inte; kontrollera `user` och `password`, eller fråga mäklarens ägare",
        ),
        (
            r"the broker let us in, but no message came within (\d+) s; is anything sent under",
            r"mäklaren släppte in oss, men inget meddelande kom inom \1 s; skickas något under",
        ),
        # what is not replayed
        (
            r"the mapping has not been changed since it was last tried; mend the source's file",
            "tolkningen har inte ändrats sedan det senaste försöket; rätta källans fil",
        ),
        (
            r"it has been replayed (\d+) times already",
            r"posten har redan spelats upp \1 gånger",
        ),
        (r"it is mended or dismissed already", "posten är redan lagad eller avskriven"),
        (
            r"its source is not declared any more",
            "källan finns inte längre i navmappen",
        ),
        (r"its delivery is not in the ledger", "leveransen finns inte i liggaren"),
        # what is passed over
        (r"places of other municipalities", "platser i andra kommuner"),
        (r"parts of places, not places of their own", "delar av platser, inte egna platser"),
        (
            r"the live answer came before the one it belongs to",
            "liveuppgifterna kom före svaret som de hör till",
        ),
        (r"does not match where: ", "stämmer inte med where: "),
        (
            r"there is no bucket (.+) at (.+); check `bucket`",
            r"det finns ingen hink \1 på \2; kontrollera `bucket`",
        ),
        (
            r"the database answers, but there are no rows",
            "databasen svarar, men det finns inga rader",
        ),
        (
            r"there is no finished file in (.+) whose name fits (.+)",
            r"det finns ingen färdig fil i \1 vars namn stämmer med \2",
        ),
        # doors
        (r"a delivery came with a wrong signature", "en leverans kom med fel signatur"),
        (r"a delivery came with a wrong token in (\S+)", r"en leverans kom med fel hemlighet i \1"),
        (
            (
                r"a delivery came that was signed (\d+) s ago; at most (\d+) s is taken: "
                r"is the sender's clock or ours wrong\?"
            ),
            (
                r"en leverans kom som signerats för \1 s sedan; högst \2 s tas emot: "
                r"går avsändarens klocka fel, eller vår?"
            ),
        ),
        (r"the connection to (\S+) failed \((.+)\)", r"anslutningen till \1 misslyckades (\2)"),
        # whole answers
        (r"the whole delivery", "hela leveransen"),
        (r"the answer is empty", "svaret är tomt"),
        (r"the answer is a web page(.*?), not (\w+)", r"svaret är en webbsida\1, inte \2"),
        (r"the answer is XML, not JSON", "svaret är XML, inte JSON"),
        (r"the answer is cut off; it ends: (.*)", r"svaret är avklippt; det slutar: \1"),
        (
            r"there is no list under (`.+?`); the answer has: ",
            r"under \1 finns ingen lista; svaret har: ",
        ),
        (r"there is no list under (`.+?`); (`.+?`) has: ", r"under \1 finns ingen lista; \2 har: "),
        (r"there is no list under (`.+?`); it has: ", r"under \1 finns ingen lista; där finns: "),
        (r"'(.+?)' in '(.+?)' is no unit; near ones are ", r"'\1' i '\2' är ingen enhet; nära är "),
        (r"'(.+?)' is no unit; near ones are ", r"'\1' är ingen enhet; nära är "),
        (
            r"the answer is not JSON \((.*)\); it begins: (.*)",
            r"svaret är inte JSON (\1); det börjar: \2",
        ),
        (r"the answer is not XML: (.*)", r"svaret är inte XML (\1)"),
        (
            r"the answer is not an Excel workbook \(\.xlsx\): (.*)",
            r"svaret är ingen Excelbok, .xlsx (\1)",
        ),
        (
            r"the answer declares a DOCTYPE, which is never read",
            "svaret har en DOCTYPE, och sådana läses aldrig",
        ),
        (r"the header lacks (.+); it has (.+)", r"rubrikraden saknar \1; den har \2"),
        (
            r"the name (\S+) has no address \((.*)\); check its spelling",
            r"namnet \1 har ingen adress (\2); kontrollera stavningen",
        ),
        # other platforms
        (
            r"the broker knows no entities of these types: check (.+); if that is as it should",
            r"mäklaren har inga entiteter av de typerna: kontrollera \1; är det som det ska",
        ),
        (r" be, say may_be_empty = true", ", skriv may_be_empty = true"),
        (
            r"the answer is neither a list of entities nor a notification; it has: ",
            "svaret är varken en lista med entiteter eller ett meddelande om dem; det har: ",
        ),
        (
            r"it is no entity: it should be an object with id and type",
            "det är ingen entitet: den ska ha id och type",
        ),
        (r"^it has no id$", "den saknar id"),
        (rf"^{SHOWN} has no type$", r"\1 saknar typ"),
        (
            r"there is a value and no time for it; say `at` for it, or `series = false`",
            "det finns ett värde men ingen tid; skriv `at` för det, eller `series = false`",
        ),
        (
            r"the unit '(.+)' is not known; say `from_unit` (?:in the settings|under properties)",
            r"enheten '\1' är inte känd; skriv `from_unit` i inställningarna",
        ),
        (
            r"the platform states the unit '(.+)', which cannot be said in '(.+)'",
            r"plattformen anger enheten '\1', som inte går att räkna om till '\2'",
        ),
        (
            r"it has no (Thing|ObservedProperty|Observations): the server did not follow \$expand",
            r"den saknar \1: servern följde inte $expand",
        ),
        (
            r"it has neither phenomenonTime nor resultTime",
            "den saknar både phenomenonTime och resultTime",
        ),
        (
            r"the server says that there are (\d+) Datastreams and gave (\d+)",
            r"servern säger att det finns \1 Datastreams och gav \2",
        ),
        (
            r"the server says that (\d+) features match and gave (\d+)",
            r"servern säger att \1 features stämmer och gav \2",
        ),
        (
            r"the page says that it holds (\d+) features and holds (\d+)",
            r"sidan säger sig ha \1 features och har \2",
        ),
        (
            r"it says that there are (\d+) records and gave (\d+); ask for fewer a page, ",
            r"den säger sig ha \1 poster och gav \2; fråga efter färre per sida, ",
        ),
        (
            r"(?:it answered 404: )?there is no collection '(.+)'; (\S+) lists them",
            r"samlingen '\1' finns inte; \2 räknar upp dem som finns",
        ),
        (r"or for fewer records", "eller färre i allt"),
        (r"the whole answer", "hela svaret"),
        # records
        (
            r"'(.+)' has no value here, so the thing cannot be told from others",
            r"'\1' har inget värde här, så saken går inte att skilja från andra",
        ),
        (
            r"0, 0 is in the sea off Africa; if it means no position, name it in `missing`",
            "0, 0 ligger i havet utanför Afrika; betyder det inget läge, skriv det i `missing`",
        ),
        (
            r"latitude (\S+), longitude (\S+) lies outside of (\S+) to (\S+) and (\S+) to (\S+)",
            r"latitud \1, longitud \2 ligger utanför \3 till \4 och \5 till \6",
        ),
        (
            r"latitude (\S+), longitude (\S+) is no place on earth",
            r"latitud \1, longitud \2 finns inte på jorden",
        ),
        (
            r"(.+) is not a time written as ISO 8601 \((.+)\)",
            r"\1 är ingen tid skriven som ISO 8601 (\2)",
        ),
        (r"a list is not a number", "en lista är inget tal"),
        (r"an object is not a number", "ett objekt är inget tal"),
        (rf"{SHOWN} is not a finite number", r"\1 är inget ändligt tal"),
        (rf"{SHOWN} is not a number", r"\1 är inget tal"),
        (r"the geometry cannot be read", "geometrin går inte att läsa"),
        (r"is nested deeper than (\d+)", r"har fler än \1 nivåer"),
        (r"has (\d+) cells where the header has (\d+)", r"har \1 celler där rubrikraden har \2"),
        (
            r"the status time (\S+) is before (\d+), so nothing in it is believed",
            r"statusens tid \1 är före \2, så inget i den går att lita på",
        ),
        (
            r"the device ([0-9A-F]{16}) is not declared in this file",
            r"enheten \1 står inte i filen",
        ),
        (r"^the device ([0-9A-F]{16}): the codec", r"enheten \1: avkodaren"),
        (r"was stopped: it ran longer than (\S+) s", r"stoppades: den höll på längre än \1 s"),
        (
            r"was stopped: it used more than (\d+) MiB of memory",
            r"stoppades: den använde mer än \1 MiB minne",
        ),
        (r"was stopped: it did not come back within", "stoppades: den kom inte tillbaka inom"),
        (
            r"was stopped: it broke the JavaScript engine, most often by using too much memory",
            "stoppades: den slog ut JavaScript-motorn, oftast genom att ta för mycket minne",
        ),
        (
            r"heard before: the same device, frame counter and bytes",
            "har hörts förut: samma enhet, ramräknare och byte",
        ),
        (r"from devices that are not declared here", "från enheter som inte står i filen"),
        (r"on a port that the device's type does not name", "på en port som typen inte anger"),
        (r"a device has joined", "en enhet har anslutit sig"),
        (r"^line (\d+)$", r"rad \1"),
    )
)


def reason(english: str) -> str:
    """Return a reason in the chosen language."""
    if language() == "en":
        return english
    for pattern, words in _SWEDISH:
        english = pattern.sub(words, english)
    return english
