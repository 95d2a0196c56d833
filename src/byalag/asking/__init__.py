"""What is asked of a store, in one algebra. Pure.

SensorThings' `$filter`, NGSI-LD's `q` and `geoQ`, and OGC's CQL2 are three spellings of the same
question. Each standard reads its own spelling into these words; the store answers them.

There are three kinds of rows, and a `Field` is a path in one of them, through any of the steps:

- `thing`: `no`, `id`, `type`, `name`, `description`, `dataset`, `municipality`, `geometry` (its
  shape, else its point), `properties` + keys, `details` + keys, `latest` + a property (the newest
  value of its series of that property, own or linked; no forecast is of now). Steps: `series`
  (many), `relation` + a name (many things that it points to), `inverse` + a name (many things that
  point to it by that name), `measures` + a name (many series that point to it by that name).
- `series`: `no`, `id`, `name`, `property`, `unit`, `kind`, `sensor`, `dataset`, `details` + keys,
  `first` and `last` (the times of what has been observed), `latest` (its newest value). Steps:
  `thing` (one), `relation` + a name (many things), `observations` (many).
- `observation`: `no`, `at`, `value`, `flag`, `extra` + keys. Steps: `series` (one).

`no` is the number that the store has given a row, for ever. Truth has three values, as in SQL: what
compares with null is unknown, and only what is true is answered. A condition through a step to many
holds when it holds for any of them: the smallest call around the field that answers yes or no.

A path may end in a step: it is then the `no` of the row that it leads to. Among the keys of
properties, details and extra, `*` is each of what a list holds, or what is there if it is no list:
a step to many. Texts, numbers, truths and moments are sorts of their own: what is of another sort
is not equal, and is neither more nor less. Only a text and a moment are compared: the text is read.
`in` takes what is looked for and then what it may be, or one `Value` that is a list.
"""

from byalag.asking._hard import TooHard, refuse_hard
from byalag.asking._meaning import pattern
from byalag.asking._number import numbered, observed
from byalag.asking._words import (
    ARITHMETIC,
    COMPARISON,
    FUNCTIONS,
    LOGIC,
    PLACE,
    TEXT,
    TIME,
    Answer,
    Ask,
    Call,
    Expression,
    Field,
    Kind,
    Moment,
    Numbered,
    Observed,
    Order,
    Row,
    Shape,
    Value,
)

__all__ = [
    "ARITHMETIC",
    "COMPARISON",
    "FUNCTIONS",
    "LOGIC",
    "PLACE",
    "TEXT",
    "TIME",
    "Answer",
    "Ask",
    "Call",
    "Expression",
    "Field",
    "Kind",
    "Moment",
    "Numbered",
    "Observed",
    "Order",
    "Row",
    "Shape",
    "TooHard",
    "Value",
    "numbered",
    "observed",
    "pattern",
    "refuse_hard",
]
