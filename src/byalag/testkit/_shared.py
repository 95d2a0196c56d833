"""Where recorded answers lie that may be tried but not shipped."""

import os
from pathlib import Path


def shared() -> Path | None:
    """Return the folder of shared development data, or None where there is none.

    BYALAG_SHARED names it; otherwise it is looked for beside the repository. Tests that need it
    skip with a reason when it is missing.
    """
    named = os.environ.get("BYALAG_SHARED")
    folder = Path(named) if named else Path(__file__).parents[4] / "shared"
    return folder if folder.is_dir() else None
