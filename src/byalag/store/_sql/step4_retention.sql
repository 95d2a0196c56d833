-- Before which time nothing is kept of a dataset: what is said of earlier is not taken in again.
CREATE TABLE floor (
  dataset TEXT PRIMARY KEY,
  before INTEGER NOT NULL
) WITHOUT ROWID;

-- Things and series that have been erased, each by SHA-256 of the salt and its id: what is said of
-- them is not taken in again. It says of an id that is known whether it was erased, and no more.
CREATE TABLE erased (
  mark BLOB PRIMARY KEY,
  at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE salt (value BLOB NOT NULL);

-- Deliveries that have said something of what was erased before they came: to be rewritten.
CREATE TABLE unsaid (
  delivery INTEGER PRIMARY KEY
);
