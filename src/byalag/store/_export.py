"""The door to the export, which brings in half a second of libraries only when it is opened."""

from collections.abc import Iterable
from pathlib import Path

from byalag.model import Micros
from byalag.store._reading import Reading


def write_parquet(
    store: Reading, folder: Path, *, datasets: Iterable[str], until: Micros
) -> list[Path]:
    """Write the things of open datasets, and their observations in months that end by `until`.

    Gives `{folder}/{dataset}/things.parquet` (GeoParquet) and
    `{folder}/{dataset}/observations/{YYYY-MM}.parquet`, sorted by series and time, one row group a
    run of a series. Months are UTC. A missing value is null. Each file takes its place only when it
    is complete; writing again replaces it.

    Raises:
        NotOpen: A dataset is not declared open in this store; nothing has been written.
    """
    from byalag.store import _parquet  # noqa: PLC0415 - pyarrow is slow to import and rarely needed

    return _parquet.write(store, folder, datasets=datasets, until=until)
