"""The rows of the table for entities and attributes that are written one at a time."""

from byalag.standards.ngsi_ld import _attrs, _provide, _purge
from byalag.standards.ngsi_ld._example import ENTITY, FRAGMENT, FREE, NOT_ALL, PART, PARTLY
from byalag.standards.ngsi_ld._operation import BODIES, FORMS, PATCHES, Operation

_CREATED = {"201": ({"sv": "Entiteten finns nu.", "en": "The entity is there now."}, None)}
_DONE = {"204": ({"sv": "Det är gjort.", "en": "It is done."}, None)}
_PARTLY = {
    "207": (
        {"sv": "Något gick inte; här står vad.", "en": "Some could not be; this says what."},
        NOT_ALL,
    )
}

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        method="POST",
        path="/entities",
        run=_provide.create,
        summary={"sv": "Skapa en entitet", "en": "Create an entity"},
        clause="5.6.1",
        parameters=("local",),
        takes=BODIES,
        example=ENTITY,
        answers=_CREATED,
    ),
    Operation(
        method="DELETE",
        path="/entities",
        run=_purge.purge,
        summary={"sv": "Rensa bland entiteter", "en": "Purge entities"},
        clause="5.6.21 (V1.9.1)",
        parameters=(*_purge.CHOOSES, *_purge.ATTRIBUTES, "datasetId", "local"),
        answers=_DONE
        | {
            "207": (
                {"sv": "Somliga gick inte; här står varför.", "en": "Some failed; this says why."},
                PARTLY,
            )
        },
    ),
    Operation(
        method="DELETE",
        path="/entities/{entityId}",
        run=_provide.delete,
        summary={"sv": "Ta bort en entitet", "en": "Delete an entity"},
        clause="5.6.6",
        parameters=("type", "local"),
        answers=_DONE,
    ),
    Operation(
        method="PUT",
        path="/entities/{entityId}",
        run=_provide.replace,
        summary={"sv": "Ersätt en entitet", "en": "Replace an entity"},
        clause="5.6.18",
        parameters=("type", "options", "format", "local"),
        options=FORMS,
        takes=BODIES,
        example=ENTITY,
        answers=_DONE,
    ),
    Operation(
        method="PATCH",
        path="/entities/{entityId}",
        run=_provide.merge,
        summary={"sv": "Ändra delar av en entitet", "en": "Change parts of an entity"},
        clause="5.6.17",
        parameters=("options", "format", "observedAt", "lang", "type", "local"),
        options=FORMS,
        takes=PATCHES,
        example=FRAGMENT,
        answers=_DONE,
    ),
    Operation(
        method="POST",
        path="/entities/{entityId}/attrs",
        run=_attrs.append,
        summary={"sv": "Lägg till attribut", "en": "Append attributes"},
        clause="5.6.3",
        parameters=("options", "type", "local"),
        options=(*FORMS, "noOverwrite"),
        takes=BODIES,
        example=FRAGMENT,
        answers=_DONE | _PARTLY,
    ),
    Operation(
        method="PATCH",
        path="/entities/{entityId}/attrs",
        run=_attrs.update,
        summary={"sv": "Uppdatera attribut", "en": "Update attributes"},
        clause="5.6.2",
        parameters=("options", "type", "local"),
        options=(*FORMS, "noOverwrite"),
        takes=PATCHES,
        example=FRAGMENT,
        answers=_DONE | _PARTLY,
    ),
    Operation(
        method="PATCH",
        path="/entities/{entityId}/attrs/{attrId}",
        run=_attrs.patch,
        summary={"sv": "Ändra delar av ett attribut", "en": "Change parts of an attribute"},
        clause="5.6.4",
        parameters=("options", "type", "local"),
        options=(*FORMS, "noOverwrite"),
        takes=PATCHES,
        example=PART,
        answers=_DONE,
    ),
    Operation(
        method="PUT",
        path="/entities/{entityId}/attrs/{attrId}",
        run=_attrs.replace,
        summary={"sv": "Ersätt ett attribut", "en": "Replace an attribute"},
        clause="5.6.19",
        parameters=("options", "type", "local"),
        options=(*FORMS, "noOverwrite"),
        takes=BODIES,
        example=FREE,
        answers=_DONE,
    ),
    Operation(
        method="DELETE",
        path="/entities/{entityId}/attrs/{attrId}",
        run=_attrs.delete,
        up=("attrId",),
        summary={"sv": "Ta bort ett attribut", "en": "Delete an attribute"},
        clause="5.6.5",
        parameters=("deleteAll", "datasetId", "type", "local"),
        answers=_DONE,
    ),
)
