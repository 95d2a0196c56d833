"""The rows of the table for contexts that are kept here."""

from byalag.standards.ngsi_ld import _contexts
from byalag.standards.ngsi_ld._example import CONTEXT, CONTEXTS
from byalag.standards.ngsi_ld._operation import BODIES, JSON, LD_JSON, Operation

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        method="POST",
        path="/jsonldContexts",
        run=_contexts.add,
        summary={"sv": "Lägg upp en kontext", "en": "Host a context"},
        clause="5.13.2",
        takes=BODIES,
        context="none",
        example=CONTEXT,
        answers={"201": ({"sv": "Kontexten finns nu.", "en": "The context is there now."}, None)},
    ),
    Operation(
        method="GET",
        path="/jsonldContexts",
        run=_contexts.listed,
        summary={"sv": "Lista kontexter", "en": "List contexts"},
        clause="5.13.3",
        parameters=("details", "kind"),
        gives=(JSON, LD_JSON),
        context="none",
        reads=True,
        answers={"200": ({"sv": "Kontexterna.", "en": "The contexts."}, CONTEXTS)},
    ),
    Operation(
        method="GET",
        path="/jsonldContexts/{contextId}",
        run=_contexts.serve,
        summary={"sv": "Hämta en kontext", "en": "Serve a context"},
        clause="5.13.4",
        parameters=("details",),
        gives=(JSON, LD_JSON),
        context="none",
        reads=True,
        answers={"200": ({"sv": "Kontexten.", "en": "The context."}, CONTEXT)},
    ),
    Operation(
        method="DELETE",
        path="/jsonldContexts/{contextId}",
        run=_contexts.delete,
        summary={"sv": "Glöm en kontext", "en": "Forget a context"},
        clause="5.13.5",
        parameters=("reload",),
        context="none",
        answers={"204": ({"sv": "Det är gjort.", "en": "It is done."}, None)},
    ),
)
