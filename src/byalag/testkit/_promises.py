"""What Byalag promises, how a run counted it, and the page that tells."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct, field

PROMISES: Final[Mapping[int, str]] = {
    1: "What we acknowledged is never lost",
    2: "Retries never double-count",
    3: "Late and unordered readings converge",
    4: "A full disk is an honest 507, no corruption, resumes by itself",
    5: "The broker may die",
    6: "The database may die",
    7: "Power loss is modelled",
    8: "Poison never blocks",
    9: "Raw kept, so any mapping can be re-run",
    10: "A slow or dead source or subscriber harms no other",
    11: "A giant payload is bounded",
    12: "Decompression bombs are bounded",
    13: "XML bombs and external entities are refused",
    14: "JSON edges are errors, not crashes",
    15: "A source URL cannot reach inside (SSRF)",
    16: "A spreadsheet export cannot execute; a data export is exact",
    17: "The filter language cannot inject or hang",
    18: "Municipalities are isolated",
    19: "A revoked token is dead in < 5 s everywhere",
    20: "Guessing is useless",
    21: "Forged or replayed logins are refused",
    22: "Webhooks are signed, replay-proof, rotatable",
    23: "Secrets are never at rest in clear, nor in logs",
    24: "The audit trail shows tampering",
    25: "A backup is proven by a restore",
    26: "Upgrade from every released version, and back",
    27: "Time is right",
}
_HEAD: Final = """\
# Promises

What Byalag promises, and what the last run of `make promises` counted. This page is written by that
run; nobody edits it. A promise whose test fails is written as failed. What a count means is told by
the test that counted it.

"""
_TABLE: Final = """
| NN | Promise | Status | Tests | Counted | Faults |
|---|---|---|---|---|---|"""
_LIMITS: Final = """
## What these proofs do not say

- `kill -9` is no power cut: what a process has written stays in the memory of the operating system.
  Lost writes are modelled by promise 7 alone, and a drive that says that it has written what it has
  not is outside any software's proof.
- Everything runs on one machine, over its own loopback interface, with one version of each broker
  and database.
- A test that is skipped has proved nothing: its promise is proved only by the others.
"""
_OUTCOMES: Final = ("passed", "failed", "skipped")


class Proof(Struct, frozen=True, kw_only=True):
    """How one test went: `outcome` is passed, failed or skipped; `counts` is what it reported."""

    test: str
    numbers: Sequence[int]
    outcome: str
    counts: Sequence[Mapping[str, object]] = ()
    why: str = ""


class Run(Struct, frozen=True, kw_only=True):
    """When, where and on what the tests were run."""

    date: str
    machine: str
    commit: str
    proofs: Sequence[Proof] = field(default_factory=list[Proof])


def promises_page(run: Run) -> str:
    """Return the page that tells, promise by promise, what a run has proved."""
    lines = [_HEAD, f"Run {run.date} on {run.machine}, at commit {run.commit}.\n"]
    lines += [
        "",
        "| NN | Promise | Status | Tests | Counted | Faults |",
        "|---|---|---|---|---|---|",
    ]
    for number, promise in PROMISES.items():
        proofs = _of(number, run.proofs)
        passed = sum(proof.outcome == "passed" for proof in proofs)
        counted, faults = _added(proofs)
        cells = [number, promise, status(proofs), f"{passed} of {len(proofs)}", counted, faults]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    lines += ["", "## The tests of each promise"]
    for number, promise in PROMISES.items():
        lines += ["", f"### {number}. {promise}", "", *_told(_of(number, run.proofs))]
    return "\n".join(lines) + "\n" + _LIMITS


def status(proofs: Sequence[Proof]) -> str:
    """Return what tests together say of their promise: proved, failed or not run."""
    outcomes = {proof.outcome for proof in proofs}
    if "failed" in outcomes:
        return "failed"
    return "proved" if "passed" in outcomes else "not run"


def _of(number: int, proofs: Iterable[Proof]) -> list[Proof]:
    return sorted((proof for proof in proofs if number in proof.numbers), key=lambda one: one.test)


def _added(proofs: Sequence[Proof]) -> tuple[str, str]:
    """Return the sum of what tests counted, and what they did to the hub."""
    sums: dict[str, float] = {}
    faults: dict[str, None] = {}
    for counts in (counts for proof in proofs for counts in proof.counts):
        for name, value in counts.items():
            if name == "fault":
                faults[str(value)] = None
            elif isinstance(value, (int, float)) and name.isidentifier():
                sums[name] = sums.get(name, 0) + value
    said = ", ".join(f"{name.replace('_', ' ')} {value:,}" for name, value in sums.items())
    return said, ", ".join(faults)


def _told(proofs: Sequence[Proof]) -> list[str]:
    """Return a line for each test; one with many cases is one line."""
    cases: dict[str, list[Proof]] = {}
    for proof in proofs:
        cases.setdefault(proof.test.partition("[")[0], []).append(proof)
    lines: list[str] = []
    for test, own in cases.items():
        outcomes = [proof.outcome for proof in own]
        said = ", ".join(
            f"{outcomes.count(one)} {one}"
            for one in ("passed", "failed", "skipped")
            if one in outcomes
        )
        counted, faults = _added(own)
        why = "; ".join(dict.fromkeys(proof.why for proof in own if proof.why))
        more = "".join(f"; {one}" for one in (counted, faults, why) if one)
        lines.append(f"- `{test}`: {said}{more}")
    return lines or ["No test of this promise has run."]
