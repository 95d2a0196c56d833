"""Public logs of real homes: where each is got, on what terms, and how one knows that it is whole.

None of them is here: who wants to try a model gets the files and points at their folder.
"""

import hashlib
from pathlib import Path
from typing import Final

from msgspec import Struct

from byalag import ByalagError
from byalag.trials import _formats
from byalag.trials._formats import Read
from byalag.trials._log import Log

LARGEST: Final = 1 << 30  # bytes of one file
CASAS: Final = "Free for research; cite the WSU CASAS project; never pass it on."


class Unfit(ByalagError):
    """What was asked of a trial cannot be done with what is there.

    Nothing has been scored. The message says which file, checksum or days to mend.
    """

    exit_code = 4


class DataSet(Struct, frozen=True, kw_only=True):
    """A public log of homes, and how to read it.

    `sha256` is that of each file, by its name; empty where we have never had the file: then whoever
    runs a trial states it, and the report says so. `homes` names the homes in it.
    """

    name: str
    homes: tuple[str, ...]
    files: dict[str, str]
    source: str
    terms: str
    cite: str
    read: Read
    alone: bool = True  # one resident
    note: str = ""


ARUBA: Final = "aaccf6fa512651e4b20998cee0eff876ae73aa1b32b4624d10442eb65917b3c2"
WITHAM: Final = "ed2a1f93c0e69e24963f0549efde7864cbef24157034ec56bc702b301669ecf4"
KASTEREN: Final = "6c8f828a1f121eeea449e354e30964d34339de0723223619d3d2b8458fcbb24c"
KASTEREN_STARTS: Final = "186c388c74ccf07731ecf9cb3010ab303c227b00da10603a7580811f2be56a31"
ORDONEZ: Final = "f4b8988087f2416a1c14604cd4a373151dfe165870ecc5c000ef6522eed40edf"
MIT: Final = "f2ca6e9867501156757913f9ab1143d0aa9700bf3126d603b84d07283dcd62cc"
MIT_STARTS: Final = "f1a89389ab70b0bcef9bca660382ac08343879de94b48aaed9e2c4a1d803c9f2"
MIT_TWO: Final = "64f9a487a981a8d192d566bef7c3f73f66c144870e244ce581228aa96e45abde"

COOK: Final = (
    "D. J. Cook, Learning setting-generalized activity models for smart spaces, IEEE Intelligent "
    "Systems, 2011"
)
KROSE: Final = (
    "T. van Kasteren, A. Noulas, G. Englebienne, B. Krose, Accurate activity recognition in a home "
    "setting, UbiComp 2008"
)
TAPIA: Final = (
    "E. Munguia Tapia, Activity recognition in the home setting using simple and ubiquitous "
    "sensors, MIT 2003"
)

PYADLML: Final = "GitHub tcsvn/pyadlml, the commit before c3ae6bc: "
STARTS: Final = "a table of starts (start,end,sensor) made of "

SETS: Final[dict[str, DataSet]] = {
    each.name: each
    for each in (
        DataSet(
            name="aruba",
            homes=("aruba",),
            files={"location.min": ARUBA},
            source="GitHub gestom/fremen_activity_benchmark: data/aruba/location.min",
            terms=CASAS,
            cite=COOK,
            read=_formats.minutes,
            note="A room a minute, 112 days, one resident.",
        ),
        DataSet(
            name="witham",
            homes=("witham",),
            files={"location.min": WITHAM},
            source="GitHub gestom/fremen_activity_benchmark: data/witham/location.min",
            terms="Not stated; ask before use beyond trying.",
            cite="T. Krajnik and others, FreMEn, IEEE Transactions on Robotics 2017",
            read=_formats.minutes,
            alone=False,
            note="An office, not a home: for trying the reader only.",
        ),
        DataSet(
            name="kasteren-a",
            homes=("kasteren-a",),
            files={"kasterenSenseData.txt": KASTEREN},
            source=PYADLML + "datasets/kasteren/kasterenSenseData.txt",
            terms="Not stated; cite. Try it, never pass it on.",
            cite=KROSE,
            read=_formats.kasteren,
        ),
        DataSet(
            name="kasteren-a-starts",
            homes=("kasteren-a",),
            files={"kasteren_events.csv": KASTEREN_STARTS},
            source=STARTS + "kasteren-a",
            terms="As kasteren-a.",
            cite=KROSE,
            read=_formats.starts,
        ),
        DataSet(
            name="ordonez-a",
            homes=("ordonez-a",),
            files={"ordonezA_events.csv": ORDONEZ},
            source=STARTS + "UCI, Activities of Daily Living Recognition Using Binary Sensors",
            terms="CC BY 4.0, to be checked before it is passed on.",
            cite="F. J. Ordonez, P. de Toledo, A. Sanchis, Sensors 2013, 13(5)",
            read=_formats.starts,
        ),
        DataSet(
            name="mit-1",
            homes=("mit-1",),
            files={"activities_data.csv": MIT},
            source=PYADLML + "datasets/mitlab/subject1/activities_data.csv",
            terms="References asked for. Try it, never pass it on.",
            cite=TAPIA,
            read=_formats.mit,
        ),
        DataSet(
            name="mit-1-starts",
            homes=("mit-1",),
            files={"mit_subject1_events.csv": MIT_STARTS},
            source=STARTS + "mit-1",
            terms="As mit-1.",
            cite=TAPIA,
            read=_formats.starts,
        ),
        DataSet(
            name="mit-2",
            homes=("mit-2",),
            files={"activities_data.csv": MIT_TWO},
            source=PYADLML + "datasets/mitlab/subject2/activities_data.csv",
            terms="References asked for. Try it, never pass it on.",
            cite=TAPIA,
            read=_formats.mit,
            note="Ten blocks hold the date 4/31/2003, which is set aside.",
        ),
        *(
            DataSet(
                name=f"casas-{name}",
                homes=(f"casas-{name}",),
                files={file: ""},
                source=f"The CASAS project, Washington State University: {name}",
                terms=CASAS,
                cite=COOK,
                read=_formats.casas,
                alone=alone,
                note="Motion by motion. Write --checksum with what sha256sum says of your file.",
            )
            for name, file, alone in (
                ("aruba", "data", True),
                ("aruba2", "data", True),
                ("kyoto", "data", False),
                *((f"hh{number}", f"hh{number}.ann.txt", True) for number in range(101, 131)),
            )
        ),
        DataSet(
            name="tihm",
            homes=("tihm",),
            files={"Activity.csv": ""},
            source="Zenodo, record 7622128",
            terms="For research only; acknowledge the Surrey and Borders Partnership.",
            cite="F. Palermo and others, TIHM, Scientific Data 2023",
            read=_formats.tihm,
            alone=False,
            note="56 homes. Write --checksum with what sha256sum says of your file.",
        ),
    )
}


class Loaded(Struct, frozen=True, kw_only=True):
    """A set as it was read: which file, its checksum, and whether it is the one we know."""

    name: str
    file: str
    sha256: str
    known: bool
    logs: tuple[Log, ...]


def load(name: str, folder: Path, checksum: str = "") -> Loaded:
    """Return the homes of a public set that lies in a folder, or in the folder's `name`.

    Raises:
        Unfit: there is no such set or file, or the file is another than it should be.
    """
    if name not in SETS:
        msg = f"no set is called {name!r}; use one of {', '.join(sorted(SETS))}"
        raise Unfit(msg)
    one = SETS[name]
    ((file, expected),) = one.files.items()
    path = next((at for at in (folder / name / file, folder / file) if at.is_file()), None)
    if path is None:
        msg = (
            f"the set {name} is not in {folder}: get {file} from {one.source} ({one.terms}) and "
            f"put it in {folder / name}"
        )
        raise Unfit(msg)
    return _read(one, path, expected or checksum, known=bool(expected))


def load_file(path: Path, checksum: str, like: str = "aruba") -> Loaded:
    """Return the homes in a file of one's own, written as the set `like` is.

    Raises:
        Unfit: no set is written so, there is no file, or its checksum is not the one stated.
    """
    if like not in SETS:
        msg = f"no set is called {like!r}; use one of {', '.join(sorted(SETS))}"
        raise Unfit(msg)
    if not path.is_file():
        msg = f"there is no file {path}"
        raise Unfit(msg)
    return _read(SETS[like], path, checksum, known=False)


def _read(one: DataSet, path: Path, expected: str, *, known: bool) -> Loaded:
    if path.stat().st_size > LARGEST:
        msg = f"{path} is larger than {LARGEST} bytes, which no public set is"
        raise Unfit(msg)
    raw = path.read_bytes()
    found = hashlib.sha256(raw).hexdigest()
    if not expected:
        msg = (
            f"we have never had {path.name} of {one.name} and know no checksum; look that it is "
            f"the one you mean, and state it: --checksum {found}"
        )
        raise Unfit(msg)
    if found != expected.lower():
        msg = f"{path} is not the file it should be: expected SHA-256 {expected}, found {found}"
        raise Unfit(msg)
    logs = tuple(log for log in one.read(raw.decode("utf-8", "replace"), one.homes) if log.days)
    if not logs:
        msg = f"{path} holds no event that can be read as {one.name} is written"
        raise Unfit(msg)
    return Loaded(name=one.name, file=path.name, sha256=found, known=known, logs=logs)
