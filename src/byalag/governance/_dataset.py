"""What a dataset may be."""

from byalag import Misconfigured
from byalag.governance._policy import may_be_open
from byalag.model import Dataset


def require_lawful(dataset: Dataset) -> Dataset:
    """Return the dataset, when it may be what it says that it is.

    Raises:
        Misconfigured: it says that it is open, and holds personal data or what does harm if others
            see it, or has no licence.
    """
    if not dataset.open:
        return dataset
    if dataset.personal_data:
        msg = (
            f"dataset {dataset.id} holds personal data (personal_data = true) and can never be "
            "open; take away open = true, or publish a dataset without personal data"
        )
        raise Misconfigured(msg)
    decision = may_be_open(dataset)
    if not decision.allowed:
        msg = f"dataset {dataset.id} cannot be open: {decision.why}; take away open = true"
        raise Misconfigured(msg)
    return dataset
