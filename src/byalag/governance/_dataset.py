"""What a dataset may be."""

from byalag import Misconfigured
from byalag.model import Dataset


def require_lawful(dataset: Dataset) -> Dataset:
    """Return the dataset, when it may be what it says that it is.

    Raises:
        Misconfigured: it holds personal data and says that it is open.
    """
    if dataset.open and dataset.personal_data:
        msg = (
            f"dataset {dataset.id} holds personal data (personal_data = true) and can never be "
            "open; take away open = true, or publish a dataset without personal data"
        )
        raise Misconfigured(msg)
    return dataset
