"""The rows of the table for many entities at once."""

from byalag.model import Json, Words
from byalag.standards.ngsi_ld import _batch
from byalag.standards.ngsi_ld._example import BATCH, IDS, PARTLY
from byalag.standards.ngsi_ld._operation import BODIES, FORMS, Operation

_MADE: dict[str, tuple[Words, Json]] = {
    "201": (
        {"sv": "Alla gick; här står de som är nya.", "en": "All done; these are new."},
        IDS,
    )
}
_DONE: dict[str, tuple[Words, Json]] = {"204": ({"sv": "Alla gick.", "en": "All are done."}, None)}
_PARTLY: dict[str, tuple[Words, Json]] = {
    "207": (
        {"sv": "Somliga gick inte; här står varför.", "en": "Some failed; this says why."},
        PARTLY,
    )
}

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        method="POST",
        path="/entityOperations/create",
        run=_batch.create,
        summary={"sv": "Skapa flera entiteter", "en": "Create several entities"},
        clause="5.6.7",
        parameters=("local",),
        takes=BODIES,
        context="items",
        example=BATCH,
        answers=_MADE | _PARTLY,
    ),
    Operation(
        method="POST",
        path="/entityOperations/upsert",
        run=_batch.upsert,
        summary={"sv": "Skapa eller ändra flera entiteter", "en": "Create or change several"},
        clause="5.6.8",
        parameters=("options", "local"),
        options=(*FORMS, "replace", "update"),
        takes=BODIES,
        context="items",
        example=BATCH,
        answers=_MADE | _DONE | _PARTLY,
    ),
    Operation(
        method="POST",
        path="/entityOperations/update",
        run=_batch.update,
        summary={"sv": "Uppdatera flera entiteter", "en": "Update several entities"},
        clause="5.6.9",
        parameters=("options", "local"),
        options=(*FORMS, "noOverwrite", "replace"),
        takes=BODIES,
        context="items",
        example=BATCH,
        answers=_DONE | _PARTLY,
    ),
    Operation(
        method="POST",
        path="/entityOperations/merge",
        run=_batch.merge,
        summary={"sv": "Ändra delar av flera entiteter", "en": "Merge into several entities"},
        clause="5.6.20",
        parameters=("options", "local"),
        options=FORMS,
        takes=BODIES,
        context="items",
        example=BATCH,
        answers=_DONE | _PARTLY,
    ),
    Operation(
        method="POST",
        path="/entityOperations/delete",
        run=_batch.delete,
        summary={"sv": "Ta bort flera entiteter", "en": "Delete several entities"},
        clause="5.6.10",
        parameters=("local",),
        takes=BODIES,
        context="items",
        example=IDS,
        answers=_DONE | _PARTLY,
    ),
)
