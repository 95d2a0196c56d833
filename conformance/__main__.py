"""`python -m conformance FOLDER`: run the public suites that a folder holds, and print a table.

The folder holds checkouts, `istsos4` (istSOS/istSOS4) and `ngsi-ld-test-suite` (ETSI's), and in
`venv` a Python with what they ask for: pytest and httpx, Robot Framework and its libraries. Nothing
of theirs is kept here. A suite that is not there is said to be so.
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from conformance import _ngsi_ld, _sensorthings
from conformance._result import Result

SUITES = (_sensorthings, _ngsi_ld)


def main(folder: Path) -> int:
    """Run what is there; leave with 1 when a test fails, and with 2 when there is no suite."""
    python = folder / "venv" / "bin" / "python"
    if not python.exists():
        print(__doc__)
        print(f"There is no {python}.")
        return 2
    failed = 0
    with tempfile.TemporaryDirectory(prefix="conformance") as work:
        for result in _results(folder, python, Path(work)):
            failed += result.failed
            counts = f"{result.passed:5} passed {result.failed:4} failed {result.skipped:4} skipped"
            print(f"{result.area:60} {counts}", flush=True)
            for name in result.failing:
                print(f"    {name}", flush=True)
    return 1 if failed else 0


def _results(folder: Path, python: Path, work: Path) -> Iterator[Result]:
    for suite in SUITES:
        checkout = folder / suite.CHECKOUT
        if checkout.is_dir():
            yield from suite.run(checkout, python, work)
        else:
            print(f"{suite.CHECKOUT} is not in {folder}; it is passed over.")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path()))
