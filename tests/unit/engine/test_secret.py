"""What a reference to a secret stands for, and what it can never stand for."""

import pytest

from byalag import Misconfigured
from byalag.engine._secret import Vault


@pytest.mark.parametrize("empty", ["", " \n"])
def test_an_empty_secret_is_none(empty: str) -> None:
    vault = Vault(lambda _reference: empty)
    with pytest.raises(Misconfigured, match="env:KEY is empty"):
        vault.value("env:KEY")
    with pytest.raises(Misconfigured, match="env:KEY is empty"):
        vault.address("https://a.example/{secret:env:KEY}")
