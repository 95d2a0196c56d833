"""The terminal's Swedish, by the English it stands for."""

SWEDISH = {
    # byalag
    "Byalag: from a locked source to an open answer.": (
        "Byalag: från en låst källa till ett öppet svar."
    ),
    "Language of the messages.": "Meddelandenas språk.",
    "Answer with JSON.": "Svara med JSON.",
    "No command {name!r}; there is {known}.": (
        "Kommandot {name!r} finns inte; det här finns: {known}."
    ),
    "This is a fault in Byalag ({reference}). Please report it with the file {file}.": (
        "Det här är ett fel i Byalag ({reference}). Anmäl det gärna och bifoga filen {file}."
    ),
    "{file} cannot be used: {why}.": "{file} går inte att använda: {why}.",
    "warning": "varning",
    "error": "fel",
    "there is no file {file}": "filen {file} finns inte",
    # api lint
    "Look at how APIs are described.": "Granska hur API:er är beskrivna.",
    "Check an OpenAPI document against Digg's REST API profile, rule by rule.": (
        "Kontrollera ett OpenAPI-dokument mot Diggs REST API-profil, regel för regel."
    ),
    "{address} follows the profile, as far as a document can show. Checked: {rules} rules.": (
        "{address} följer profilen, så långt ett dokument kan visa. Kontrollerat: {rules} regler."
    ),
    "{must} that must be mended, {should} that should, {excepted} declared exceptions.": (
        "{must} som ska rättas, {should} som bör rättas, {excepted} angivna undantag."
    ),
    "Declared exception {rule} ({count}): {why}": "Angivet undantag {rule} ({count}): {why}",
    "{address} is neither JSON nor YAML: {error}": "{address} är varken JSON eller YAML: {error}",
    # check
    "Check a hub folder: every wrong setting, with file and line.": (
        "Kontrollera en navmapp: varje felaktig inställning, med fil och rad."
    ),
    "{dataset} is not in the catalogue yet. It lacks {what}.": (
        "{dataset} står inte i katalogen än. Det saknas {what}."
    ),
    "{count} to mend. Nothing has been started.": "{count} att rätta. Ingenting har startats.",
    "{hub} is right. Municipalities: {municipalities}, sources: {sources}.": (
        "{hub} är rätt. Kommuner: {municipalities}, källor: {sources}."
    ),
    # demo and serve
    "Start a demonstration hub: three municipalities, simulated values, no network.": (
        "Starta ett demonstrationsnav: tre kommuner, påhittade värden, inget nätverk."
    ),
    "Port to answer on.": "Port att svara på.",
    "Address to answer on.": "Adress att svara på.",
    "Write the demo's hub folder here and keep it.": (
        "Skriv demonstrationens navmapp här och behåll den."
    ),
    "Simulated values. The demo's hub folder: {folder}": (
        "Påhittade värden. Demonstrationens navmapp: {folder}"
    ),
    "Run a hub: ask its sources, keep what they answer, and serve pages and APIs.": (
        "Kör ett nav: fråga källorna, spara svaren och visa sidor och API:er."
    ),
    "Address to answer on, instead of the hub's own.": "Adress att svara på, i stället för navets.",
    "Port to answer on, instead of the hub's own.": "Port att svara på, i stället för navets.",
    "Let anyone on this machine write without a key, in a new store: to run public test "
    "suites. Without HUB a folder is made for the occasion.": (
        "Låt vem som helst på den här datorn skriva utan nyckel, i en ny lagring: för att köra "
        "offentliga provsviter. Utan NAV görs en mapp för tillfället."
    ),
    "OPEN TO THIS MACHINE: every program and every person on it can read, write "
    "and delete everything in this hub without a key. For tests only.": (
        "ÖPPET FÖR DEN HÄR DATORN: varje program och varje människa på den kan läsa, skriva "
        "och ta bort allt i navet utan nyckel. Bara för prov."
    ),
    "Byalag answers at {address} ({seconds} s)": "Byalag svarar på {address} ({seconds} s)",
    "Byalag has stopped.": "Byalag har stannat.",
    # init
    "Write a hub folder that runs, ready to be filled in.": (
        "Skriv en navmapp som går att köra, färdig att fylla i."
    ),
    "Code of the municipality, four digits.": "Kommunens kod, fyra siffror.",
    "Name of the hub; the municipality's own when left out.": (
        "Navets namn; kommunens eget om inget anges."
    ),
    "Say what would be written, and write nothing.": (
        "Berätta vad som skulle skrivas, men skriv ingenting."
    ),
    "{folder} already has a hub.toml; choose another folder.": (
        "{folder} har redan en hub.toml; välj en annan mapp."
    ),
    "No municipality was given, so {name} it is; --municipality CODE chooses another.": (
        "Ingen kommun angavs, så det blir {name}; --municipality KOD väljer en annan."
    ),
    "write the code of {name}: {number}": "skriv koden för {name}: {number}",
    "{code!r} is no Swedish municipality code, such as 2482": (
        "{code!r} är ingen svensk kommunkod, som 2482"
    ),
    "Done. Next: byalag check {folder}; byalag serve {folder}": (
        "Klart. Härnäst: byalag check {folder}; byalag serve {folder}"
    ),
    "Municipality code, four digits": "Kommunkod, fyra siffror",
    # aside
    "{count} records for {reasons} reasons; see `{command}`": (
        "{count} poster av {reasons} skäl; se `{command}`"
    ),
    "List, show, replay and dismiss what was set aside.": (
        "Lista, visa, spela upp igen och avskriv det som lagts åt sidan."
    ),
    "Name of a source; all of them when left out.": "En källas namn; alla om inget anges.",
    "Number of a group: list what is in it.": "En grupps nummer: lista vad som finns i den.",
    "At most.": "Högst så många.",
    "Code of the municipality, when there are several.": "Kommunens kod, när det finns flera.",
    "List what is set aside, by source and reason; the hub may be running.": (
        "Lista det som lagts åt sidan, per källa och skäl; navet får vara i gång."
    ),
    "Nothing is set aside.": "Ingenting ligger åt sidan.",
    "group": "grupp",
    "count": "antal",
    "last": "senast",
    "record": "post",
    "where": "var",
    "tries": "försök",
    "open": "väntar",
    "mended": "lagad",
    "dismissed": "avskriven",
    "who": "vem",
    "what": "vad",
    "details": "uppgifter",
    "replay": "uppspelning",
    "dismiss": "avskrivning",
    "retranslate": "omöversättning",
    "Mend the source's file, then: byalag aside replay {hub} --group N": (
        "Rätta källans fil, sedan: byalag aside replay {hub} --group N"
    ),
    "Show one record: why it was set aside, its bytes, and the mapping that failed on it.": (
        "Visa en post: varför den lades åt sidan, dess innehåll och tolkningen som inte räckte."
    ),
    "Nothing set aside has the number {row}.": "Inget som lagts åt sidan har numret {row}.",
    "Read by {version}:": "Läst med {version}:",
    "The mapping has been changed since; it can be replayed.": (
        "Tolkningen har ändrats sedan dess; posten kan spelas upp igen."
    ),
    "Number of a group, as `byalag aside list` shows it.": (
        "En grupps nummer, som `byalag aside list` visar det."
    ),
    "Everything of one source.": "Allt från en källa.",
    "Everything of every source.": "Allt från alla källor.",
    "Also what the mapping has not been changed for.": (
        "Även det som tolkningen inte har ändrats för."
    ),
    "Say what can be said now, by the mapping as it is; the hub may be running.": (
        "Ta in det som går att förstå nu, med tolkningen som den är; navet får vara i gång."
    ),
    "Why, for the audit.": "Varför, för granskningen.",
    "Let go of what need not be mended; it stays in the store and in the audit.": (
        "Avskriv det som inte behöver lagas; det finns kvar i lagret och i granskningen."
    ),
    "{count} dismissed.": "{count} avskrivna.",
    "List who replayed, dismissed and translated again, when and what.": (
        "Lista vem som spelat upp, avskrivit och översatt om, när och vad."
    ),
    "say what: numbers of records, or one of the options for many": (
        "säg vad: posters nummer, eller ett av tillvalen för många"
    ),
    "No open group {number}; there is {known}.": (
        "Ingen väntande grupp {number}; det här finns: {known}."
    ),
    "{deliveries} deliveries replayed: {mended} mended, {still} still set aside, {added} new.": (
        "{deliveries} leveranser uppspelade: {mended} lagade, {still} ligger kvar, {added} nya."
    ),
    "{count} not replayed: {why}.": "{count} inte uppspelade: {why}.",
    "--force replays them all the same.": "--force spelar upp dem ändå.",
    # retranslate
    "write a time such as 2026-07-01 or 2026-07-01T12:00:00Z": (
        "skriv en tid som 2026-07-01 eller 2026-07-01T12:00:00Z"
    ),
    "Only deliveries that came at this time or later.": (
        "Bara leveranser som kom vid den här tiden eller senare."
    ),
    "Only deliveries that came before this time.": "Bara leveranser som kom före den här tiden.",
    "Write it, in one commit.": "Skriv ändringen, allt på en gång.",
    "Run kept deliveries through the mapping as it is now, and show what that changes.": (
        "Läs sparade leveranser med tolkningen som den är nu, och visa vad det ändrar."
    ),
    "Written. Restart the hub if it runs and the mapping is newer than it.": (
        "Skrivet. Starta om navet om det är i gång och tolkningen är nyare än det."
    ),
    "Nothing has been written; --apply writes it.": "Ingenting har skrivits; --apply skriver det.",
    "{deliveries} deliveries read: {added} observations added, {changed} changed, "
    "{gone} gone; {things} descriptions changed.": (
        "{deliveries} leveranser lästa: {added} mätvärden tillkommer, {changed} ändras, "
        "{gone} försvinner; {things} beskrivningar ändras."
    ),
    "{mended} no longer set aside, {count} newly set aside.": (
        "{mended} ligger inte längre åt sidan, {count} läggs åt sidan."
    ),
    "added": "nya",
    "changed": "ändras",
    "gone": "försvinner",
    "for instance": "till exempel",
    "new series": "nya serier",
    "no series": "serier som försvinner",
    "{shown} of {count}; --json shows every one.": "{shown} av {count}; --json visar alla.",
    # load
    "Take recorded answers into the store: FILE, or part=FILE for another part than main.": (
        "Ta in inspelade svar: FIL, eller del=FIL för en annan del än main."
    ),
    "Name of the source, as its file is called.": "Källans namn, som dess fil heter.",
    "Code of the municipality, when several have the source.": (
        "Kommunens kod, när flera har källan."
    ),
    "Loading": "Läser in",
    "{deliveries} deliveries, {records} records: {things} things, {observations} observations, "
    "{skipped} passed over, {aside} set aside.": (
        "{deliveries} leveranser, {records} poster: {things} saker, {observations} mätvärden, "
        "{skipped} hör inte hit, {aside} lagda åt sidan."
    ),
    "{repeated} were there already; nothing was written.": (
        "{repeated} fanns redan. Inget skrevs."
    ),
    # source
    "Try a source, and list the kinds of sources.": "Prova en källa, och visa källornas slag.",
    "Read one answer and write the file that describes its source, with what to look at.": (
        "Läs ett svar och skriv filen som beskriver källan, med det som behöver ses över."
    ),
    "Hub folder to write the file in.": "Navmapp att skriva filen i.",
    "Code of the municipality, when the hub has several.": ("Kommunens kod, när navet har flera."),
    "Name of the source; proposed when left out.": "Källans namn; föreslås om inget anges.",
    "Type of the things, such as OffStreetParking.": (
        "Sakernas slag, till exempel OffStreetParking."
    ),
    "Dataset that the source adds to.": "Datamängd som källan fyller på.",
    "File to write.": "Fil att skriva.",
    "Write over a file that is there.": "Skriv över en fil som finns.",
    "Header to send: 'X-Key: env:NAME'.": "Huvud att skicka: 'X-Key: env:NAMN'.",
    "Range of own addresses that may be asked, CIDR.": ("Egna adresser som får frågas, som CIDR."),
    "Choose one of --hub and --output.": "Välj en av --hub och --output.",
    "{address} is neither an address nor a file": "{address} är varken en adress eller en fil",
    "If it is a system of your own, allow it: --allow RANGE, as 10.20.3.4/32.": (
        "Är det ett eget system, tillåt det: --allow OMRÅDE, som 10.20.3.4/32."
    ),
    "write a header as 'Name: value', and a secret as 'Name: env:NAME'": (
        "skriv ett huvud som 'Namn: värde', och en hemlighet som 'Namn: env:NAMN'"
    ),
    "1 question to look at:": "1 fråga att titta på:",
    "{count} questions to look at:": "{count} frågor att titta på:",
    "Next: byalag source try {hub} {name}": "Härnäst: byalag source try {hub} {name}",
    "List the kinds of sources that a file may name.": "Visa vilka slags källor som finns.",
    "kind": "slag",
    "what it is": "vad det är",
    "Ask a source once and show what it gives and what would be set aside. Writes nothing.": (
        "Fråga en källa en gång och visa vad den ger och vad som skulle läggas åt sidan. "
        "Sparar ingenting."
    ),
    "Use a recorded answer, not the network: FILE, or part=FILE.": (
        "Använd ett inspelat svar, inte nätverket: FIL, eller del=FIL."
    ),
    "Show every fact, not only the first.": "Visa alla fakta, inte bara de första.",
    "answer {part}: {size} bytes": "svar {part}: {size} byte",
    "{records} records: {things} things, {series} series, {observations} observations, "
    "{aside} set aside.": (
        "{records} poster: {things} saker, {series} serier, {observations} mätvärden, "
        "{aside} lagda åt sidan."
    ),
    "{count} passed over: {why}": "{count} hör inte hit: {why}",
    "thing": "sak",
    "name": "namn",
    "position": "läge",
    "series": "serie",
    "value": "värde",
    "time": "tid",
    "set aside": "lagt åt sidan",
    "why": "varför",
    "properties": "egenskaper",
    "{shown} of {count}; --all shows every one.": "{shown} av {count}; --all visar alla.",
    "did not work when the hub last looked: {error}": (
        "fungerade inte när navet senast försökte: {error}"
    ),
    "others deliver to {name}; give what one of them sends with --file": (
        "andra levererar till {name}; ange vad någon av dem skickar med --file"
    ),
    "others push to {name}; there is no answer to read": (
        "till {name} skickar andra mätvärden; det finns inget svar att läsa"
    ),
    "{name} has no part {part}; there is {known}": (
        "{name} har ingen del {part}; det här finns: {known}"
    ),
    "{file} is broken gzip: {error}": "{file} är trasig gzip: {error}",
    # export
    "Write the open datasets as CSV, GeoJSON and Parquet.": (
        "Skriv de öppna datamängderna som CSV, GeoJSON och Parquet."
    ),
    "Folder to write in.": "Mapp att skriva i.",
    "{files} files: {things} things, {observations} observations.": (
        "{files} filer: {things} saker, {observations} mätvärden."
    ),
    # key
    "Publish files as versions of datasets, and list them.": (
        "Dela filer som versioner av datamängder, och lista dem."
    ),
    "Publish a file as the next version. The same content again is the same version.": (
        "Dela en fil som nästa version. Samma innehåll igen är samma version."
    ),
    "Name to publish it under; the file's own when left out.": (
        "Namn att dela den under; filens eget om det utelämnas."
    ),
    "Code of the municipality, where several have the dataset.": (
        "Kommunens kod, om flera har datamängden."
    ),
    "List published files with their versions, the newest first.": (
        "Lista delade filer med sina versioner, den nyaste först."
    ),
    "Only the files of this dataset.": "Bara filerna i den här datamängden.",
    "The same content as version {version}; nothing new.": (
        "Samma innehåll som version {version}; inget nytt."
    ),
    "The dataset {dataset} is not open, so nobody else can fetch it.": (
        "Datamängden {dataset} är inte öppen, så ingen annan kan hämta filen."
    ),
    "Several municipalities have a dataset {name!r}; say which.": (
        "Flera kommuner har en datamängd {name!r}; ange vilken."
    ),
    "No dataset {name!r}; there is {known}.": "Datamängden {name!r} finns inte; det finns {known}.",
    "dataset": "datamängd",
    "version": "version",
    "size": "storlek",
    "published": "delad",
    "Make, list and revoke keys for machines that push, deliver, publish or watch.": (
        "Skapa, lista och dra in nycklar för maskiner som skickar, lämnar, delar eller vakar."
    ),
    "Make a key. It is shown once; only its SHA-256 is kept, in keys.toml.": (
        "Gör en nyckel. Den visas en gång; bara dess SHA-256 sparas, i keys.toml."
    ),
    "List the keys: prefix, what they may do, until when. Never the keys themselves.": (
        "Visa nycklarna: början, vad de får göra, hur länge. Aldrig själva nycklarna."
    ),
    "Revoke a key by its prefix. It stops counting when the hub is restarted.": (
        "Dra in en nyckel, angiven med sin början. Den slutar gälla när navet startas om."
    ),
    "Code of the municipality.": "Kommunens kod.",
    "Code of the municipality; all of them when left out.": (
        "Kommunens kod; alla kommuner om ingen anges."
    ),
    "Who has the key and what for.": "Vem som har nyckeln och till vad.",
    "What the key may do.": "Vad nyckeln får göra.",
    "How long the key is good, for instance 365d.": "Hur länge nyckeln gäller, till exempel 365d.",
    "Keep it safe: it is not shown again. Restart the hub for it to count. {file}": (
        "Spara den säkert: den visas inte igen. Starta om navet så gäller den. {file}"
    ),
    "No key {prefix!r}; there is {known}.": (
        "Nyckeln {prefix!r} finns inte; det här finns: {known}."
    ),
    "The key {prefix} is revoked. Restart the hub.": (
        "Nyckeln {prefix} är indragen. Starta om navet."
    ),
    "none": "ingen",
    "write a length of time such as 30d": "skriv en tid, till exempel 30d",
    "yes": "ja",
    "municipality": "kommun",
    "prefix": "början",
    "scopes": "får",
    "expires": "gäller till",
    "revoked": "indragen",
    "note": "anteckning",
    # outlet
    "List outlets and their queues, try one, and put back what was set aside.": (
        "Lista utgångar och deras köer, prova en, och lägg tillbaka det som lagts åt sidan."
    ),
    "List the outlets and how their queues stand; the hub may be running.": (
        "Lista utgångarna och hur deras köer står; navet får vara igång."
    ),
    "Send one message, marked as a test, to each receiver of an outlet.": (
        "Skicka ett meddelande, märkt som prov, till varje mottagare hos en utgång."
    ),
    "Show what waits to be sent by an outlet, and what was set aside and why.": (
        "Visa vad som väntar på att skickas, och vad som lagts åt sidan och varför."
    ),
    "Put back what was set aside: the messages named by number, or all. Waits end at once.": (
        "Lägg tillbaka det som lagts åt sidan: de meddelanden som anges med nummer, eller alla. "
        "Väntan bryts genast."
    ),
    "Code of the municipality, when several have the outlet.": (
        "Kommunens kod, när flera har utgången."
    ),
    "There are no outlets; write one in MUNICIPALITY/outlets/NAME.toml.": (
        "Det finns inga utgångar; skriv en i KOMMUN/outlets/NAMN.toml."
    ),
    "outlet": "utgång",
    "waiting": "väntar",
    "last sent": "skickat senast",
    "number": "nummer",
    "put": "lades in",
    "next try": "nästa försök",
    "receiver": "mottagare",
    "{receiver}: taken.": "{receiver}: togs emot.",
    "{receiver}: not taken: {why}": "{receiver}: togs inte emot: {why}",
    "{waiting} waiting, {aside} set aside.": "{waiting} väntar, {aside} lagda åt sidan.",
    "The news of {count} commits were dropped unread.": (
        "Nyheterna från {count} inläsningar kastades olästa."
    ),
    "{count} messages are put back.": "{count} meddelanden är tillbakalagda.",
    # doctor
    "Examine the machine and a hub: each line says what is wrong and what to do.": (
        "Undersök datorn och ett nav: varje rad säger vad som är fel och vad man gör."
    ),
    "{version} can corrupt a store: update the package apsw": (
        "{version} kan skada det sparade: uppdatera paketet apsw"
    ),
    "clock": "klocka",
    "the computer's clock is in the past: turn on time synchronisation": (
        "datorns klocka går fel: slå på tidssynkronisering"
    ),
    "disk": "disk",
    "{size} GiB left": "{size} GiB kvar",
    ": make room, or move the store to another disk (store in hub.toml)": (
        ": gör plats, eller flytta det sparade till en annan disk (store i hub.toml)"
    ),
    "pages": "sidor",
    "{count} scripts in place": "{count} skript på plats",
    "without scripts; they work anyway. Install Node.js and run `make setup` for maps": (
        "utan skript; de fungerar ändå. Installera Node.js och kör `make setup` för kartor"
    ),
    "settings": "inställningar",
    "{count} sources are declared": "{count} källor är angivna",
    "store": "lager",
    "nothing is stored yet: start with `byalag serve`": (
        "ingenting är sparat ännu: börja med `byalag serve`"
    ),
    "whole": "helt",
    "{fault}. Restore the file from a backup.": "{fault}. Återställ filen från en säkerhetskopia.",
    "source": "källa",
    "nothing has come yet: try `byalag source try {hub} {name}`": (
        "ingenting har kommit ännu: prova `byalag source try {hub} {name}`"
    ),
    "last delivery {when}, {records} records": "senaste leverans {when}, {records} poster",
    ", {count} set aside: {why}": ", {count} lagda åt sidan: {why}",
    "nobody has pushed anything yet; `byalag key new` makes a key for it": (
        "ingen har skickat något ännu; `byalag key new` gör en nyckel för det"
    ),
    # codecs
    "Bring device makers' codecs to a hub, and run their examples.": (
        "Hämta tillverkarnas avkodare till ett nav, och kör deras exempel."
    ),
    "Only makers whose folder is called so; may have *.": (
        "Bara tillverkare vars mapp heter så; får innehålla *."
    ),
    "Only codecs that are called so; may have *.": "Bara avkodare som heter så; får innehålla *.",
    "Copy codecs from a checkout of a public collection to the hub folder's codecs/.": (
        "Kopiera avkodare ur en utcheckning av en öppen samling till navmappens codecs/."
    ),
    "Run every example of the codecs in a hub or a collection, and show what differs.": (
        "Kör alla avkodares exempel i ett nav eller en samling, och visa vad som skiljer."
    ),
    "Reading": "Läser",
    "Running examples": "Kör exempel",
    "not stated": "inte angiven",
    "{codecs} codecs of {makers} makers, {types} device types and {examples} examples are in "
    "{home}. Licence: {licence}.": (
        "{codecs} avkodare från {makers} tillverkare, {types} enhetstyper och {examples} exempel "
        "ligger i {home}. Licens: {licence}."
    ),
    "{passed} of {total} examples pass, in {codecs} codecs; {failed} fail, in {wrong} codecs. "
    "Passed over: {downlinks} examples of messages to devices. Without examples: {bare} codecs.": (
        "{passed} av {total} exempel stämmer, i {codecs} avkodare; {failed} gör det inte, i "
        "{wrong} avkodare. Överhoppade: {downlinks} exempel på meddelanden till enheter. Utan "
        "exempel: {bare} avkodare."
    ),
    "{file} could not be read: {why}": "{file} gick inte att läsa: {why}",
}
