"""Published ways of judging silence, written anew from what their papers say, and naive rules."""

from byalag.trials._method import Method
from byalag.trials._peers._cuddihy import Cuddihy
from byalag.trials._peers._floeck_litz import FloeckLitz
from byalag.trials._peers._moshtaghi import Moshtaghi
from byalag.trials._peers._naive import FixedLimit, NoKitchen
from byalag.trials._peers._wilhelm_wahl import WilhelmWahl

PEERS: tuple[Method, ...] = (
    NoKitchen(),
    FixedLimit(),
    Cuddihy(),
    Cuddihy(name="cuddihy-away", away=True),
    WilhelmWahl(),
    WilhelmWahl(name="wilhelm-wahl-away", away=True),
    FloeckLitz(),
    Moshtaghi(),
)

__all__ = ["PEERS", "Cuddihy", "FixedLimit", "FloeckLitz", "Moshtaghi", "NoKitchen", "WilhelmWahl"]
