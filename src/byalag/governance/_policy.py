"""What follows from what a dataset is said to be: whether it may be open, leave, or lacks a word.

The classes are those of SKR's KLASSA. Confidentiality 0 says that no harm comes of anyone seeing
it; from 1 on it does, so that nothing from 1 on is ever open (docs/decisions/0019.md).
"""

from collections.abc import Iterator
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from byalag.governance._decide import Decision
from byalag.model import Contact, Dataset, Klassa, MunicipalityCode, Words

SENSITIVE: Final = 3
"""From this confidentiality on, nothing leaves but to a receiver that is named."""

Rule: TypeAlias = Literal[
    "open-personal", "open-confidential", "open-licence", "legal-basis", "purposes", "subjects",
    "categories", "retention", "personal-owner", "personal-classification", "owner", "owner-role",
    "classification", "open-contact",
]  # fmt: skip


class Shortfall(Struct, frozen=True, kw_only=True):
    """What a dataset may not be, or lacks, and the setting that mends it.

    `forbids` says that nothing may start until it is mended. Less `harm` is told later: 0 is the
    worst.
    """

    rule: Rule
    setting: str
    why: Words
    harm: int
    forbids: bool


_SAID: Final[dict[Rule, tuple[int, str, Words]]] = {
    "open-personal": (
        0,
        "open",
        {
            "sv": "personuppgifter kan inte vara öppna: ta bort open = true.",
            "en": "a dataset with personal data cannot be open: take open = true away.",
        },
    ),
    "open-confidential": (
        0,
        "open",
        {
            "sv": "det som kan skada om andra ser det (konfidentialitet 1 eller högre) kan inte "
            "vara öppet: ta bort open = true, eller klassa om.",
            "en": "what may do harm if others see it (confidentiality 1 or more) cannot be open: "
            "take open = true away, or classify it anew.",
        },
    ),
    "open-licence": (
        0,
        "licence",
        {
            "sv": "det som är öppet måste ha en licens, som CC0-1.0.",
            "en": "what is open must have a licence, such as CC0-1.0.",
        },
    ),
    "legal-basis": (
        1,
        "legal_basis",
        {
            "sv": "personuppgifter måste ha en rättslig grund, som public-task "
            "(dataskyddsförordningen, artikel 6).",
            "en": "personal data must have a legal basis, such as public-task (GDPR, article 6).",
        },
    ),
    "purposes": (
        1,
        "purposes",
        {
            "sv": "personuppgifter måste ha ändamål (artikel 5.1 b), var och ett med namn och ord.",
            "en": "personal data must have purposes (article 5(1)(b)), each with a name and words.",
        },
    ),
    "subjects": (
        1,
        "subjects",
        {
            "sv": "säg vilka människor uppgifterna handlar om (artikel 30.1 c).",
            "en": "say whom the data is about (article 30(1)(c)).",
        },
    ),
    "categories": (
        1,
        "categories",
        {
            "sv": "säg vilka slags uppgifter det är (artikel 30.1 c).",
            "en": "say what categories of data it is (article 30(1)(c)).",
        },
    ),
    "retention": (
        1,
        "retention",
        {
            "sv": 'personuppgifter måste ha en gallringsfrist, som "90d" (artikel 5.1 e).',
            "en": 'personal data must have a retention, such as "90d" (article 5(1)(e)).',
        },
    ),
    "personal-owner": (
        1,
        "owner",
        {
            "sv": "någon måste äga personuppgifterna: ange owner.",
            "en": "somebody must own personal data: say owner.",
        },
    ),
    "personal-classification": (
        1,
        "classification",
        {
            "sv": "personuppgifter måste vara klassade: ange classification.",
            "en": "personal data must be classified: say classification.",
        },
    ),
    "owner": (
        2,
        "owner",
        {"sv": "ingen äger datamängden.", "en": "nobody owns the dataset."},
    ),
    "classification": (
        2,
        "classification",
        {"sv": "datamängden är inte klassad.", "en": "the dataset is not classified."},
    ),
    "owner-role": (
        3,
        "owner_role",
        {
            "sv": "ingen roll svarar för datamängden.",
            "en": "no role answers for the dataset.",
        },
    ),
    "open-contact": (
        3,
        "contact",
        {
            "sv": "det finns ingen att fråga: kommunen har ingen contact.",
            "en": "there is nobody to ask: the municipality has no contact.",
        },
    ),
}
_LEAST: Final = 2  # from this harm on, what is lacking is told of and stops nothing


def shortfalls(dataset: Dataset, contact: Contact | None = None) -> list[Shortfall]:
    """Return all that a dataset may not be or lacks, the worst first.

    Give it with what it inherits (`inherited`). `contact` is the municipality's, where it is known.
    """
    found: list[Rule] = [*_forbidden(dataset), *_lacking(dataset)]
    if dataset.open and contact is not None and not _answers(contact):
        found.append("open-contact")
    told = [_shortfall(rule) for rule in found]
    return sorted(told, key=lambda one: one.harm)


def may_be_open(dataset: Dataset, parts: Klassa | None = None) -> Decision:
    """Decide whether a dataset may be open, and say why. `parts` is the highest class in it."""
    classes = (dataset.classification, parts)
    level = max((one.confidentiality for one in classes if one is not None), default=0)
    if dataset.personal_data:
        return Decision(allowed=False, why=f"{dataset.id} holds personal data")
    if level:
        return Decision(allowed=False, why=f"{dataset.id} has confidentiality {level}")
    if not dataset.licence:
        return Decision(allowed=False, why=f"{dataset.id} has no licence")
    return Decision(allowed=True, why=f"nothing in {dataset.id} does harm if anyone sees it")


def may_leave(dataset: Dataset, receiver: str, parts: Klassa | None = None) -> Decision:
    """Decide whether what a dataset holds may be sent out of the hub to a receiver."""
    if dataset.open and may_be_open(dataset, parts).allowed:
        return Decision(allowed=True, why=f"{dataset.id} is open")
    classes = (dataset.classification, parts)
    level = max((one.confidentiality for one in classes if one is not None), default=0)
    if level >= SENSITIVE and receiver not in dataset.recipients:
        named = ", ".join(dataset.recipients) or "nobody"
        why = f"{dataset.id} has confidentiality {level} and is given to {named}, not to {receiver}"
        return Decision(allowed=False, why=why, audited=True)
    return Decision(allowed=True, why=f"{receiver} may have {dataset.id}")


def may_be_exported(dataset: Dataset, purpose: str) -> Decision:
    """Decide whether a dataset may be taken out as a file for a purpose."""
    if dataset.open and may_be_open(dataset).allowed:
        return Decision(allowed=True, why=f"{dataset.id} is open")
    level = dataset.classification.confidentiality if dataset.classification else 0
    if not dataset.personal_data and level < SENSITIVE:
        return Decision(allowed=True, why=f"{dataset.id} is not about people")
    if purpose and purpose in dataset.purposes:
        return Decision(allowed=True, why=f"{purpose} is a purpose of {dataset.id}", audited=True)
    declared = ", ".join(dataset.purposes) or "none"
    return Decision(
        allowed=False,
        why=f"{purpose[:100]!r} is not a purpose of {dataset.id} (it has: {declared})",
        audited=True,
    )


def may_open(
    dataset: Dataset, home: MunicipalityCode, by: MunicipalityCode | Literal["board"]
) -> Decision:
    """Decide whether someone may make a municipality's dataset open: only the municipality itself.

    The board decides of what is shared. No vote moves a municipality's own data to the commons.
    """
    if by != home:
        who = "the board" if by == "board" else f"municipality {by}"
        return Decision(allowed=False, why=f"{dataset.id} is municipality {home}'s, not {who}'s")
    return may_be_open(dataset)


def _forbidden(dataset: Dataset) -> Iterator[Rule]:
    if not dataset.open:
        return
    if dataset.personal_data:
        yield "open-personal"
    if dataset.classification is not None and dataset.classification.confidentiality:
        yield "open-confidential"
    if not dataset.licence:
        yield "open-licence"


def _lacking(dataset: Dataset) -> Iterator[Rule]:
    personal = dataset.personal_data
    if personal:
        needed: dict[Rule, object] = {
            "legal-basis": dataset.legal_basis,
            "purposes": dataset.purposes,
            "subjects": dataset.subjects,
            "categories": dataset.categories,
            "retention": dataset.retention,
        }
        missing: list[Rule] = [rule for rule, said in needed.items() if not said]
        yield from missing
    owner: tuple[Rule, Rule] = "personal-owner", "owner"
    if not dataset.owner:
        yield owner[not personal]
    classified: tuple[Rule, Rule] = "personal-classification", "classification"
    if dataset.classification is None:
        yield classified[not personal]
    if not dataset.owner_role:
        yield "owner-role"


def _answers(contact: Contact) -> bool:
    return bool(contact.email or contact.phone or contact.url)


def _shortfall(rule: Rule) -> Shortfall:
    harm, setting, why = _SAID[rule]
    return Shortfall(rule=rule, setting=setting, why=why, harm=harm, forbids=harm < _LEAST)
