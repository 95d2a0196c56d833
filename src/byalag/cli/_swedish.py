"""The terminal's Swedish, by the English it stands for."""

SWEDISH = {
    "Byalag: from a locked source to an open answer.": (
        "Byalag: från en låst källa till ett öppet svar."
    ),
    "Language of the messages.": "Meddelandenas språk.",
    "Answer with JSON.": "Svara med JSON.",
    "No command {name!r}; there is {known}.": "Kommandot {name!r} finns inte; det här finns: {known}.",
    "This is a fault in Byalag ({reference}). Please report it with the file {file}.": (
        "Det här är ett fel i Byalag ({reference}). Anmäl det gärna och bifoga filen {file}."
    ),
    "Check a hub folder: every wrong setting, with file and line.": (
        "Kontrollera en navmapp: varje felaktig inställning, med fil och rad."
    ),
    "warning": "varning",
    "error": "fel",
    "{count} to mend. Nothing has been started.": "{count} att rätta. Ingenting har startats.",
    "{hub} is right: {municipalities} municipalities, {sources} sources.": (
        "{hub} är rätt: {municipalities} kommuner, {sources} källor."
    ),
}
