"""The QARTOD tests say what ioos_qc 3.0.0 says, flag by flag."""

import numpy as np

from byalag.analysis import flags, rolled_up
from tests.agreement import _ioos_qc


def test_a_thousand_irregular_series_are_flagged_as_ioos_qc_flags_them() -> None:
    series = [one for one in _ioos_qc.cases() if _ioos_qc.is_usable(one)]
    ours = []
    for one in series:
        found = flags(one.times, one.values, one.rule, "samples")
        four = found.columns[:4]
        ours.append(np.stack([*four, rolled_up(four)]))
    told, said = np.concatenate(ours, axis=1), _ioos_qc.answers()
    assert len(series) >= 1000
    assert told.shape == said.shape
    unlike = {
        name: int(count)
        for name, count in zip(_ioos_qc.TESTS, (told != said).sum(axis=1), strict=True)
    }
    assert unlike == dict.fromkeys(_ioos_qc.TESTS, 0)
    assert set(np.unique(said)) == {1, 2, 3, 4, 9}
