-- The keys of one municipality, each wrapped by another: the ledger's and people's by the
-- municipality's own, that one by the hub's master key, which is never here. `use` is municipality,
-- index, ledger or person. `about` says of what: a source and a day, or the mark of a person.
CREATE TABLE key (
  name BLOB PRIMARY KEY,
  use TEXT NOT NULL,
  about TEXT NOT NULL,
  wrapped_by BLOB NOT NULL,
  wrapped BLOB NOT NULL,
  made INTEGER NOT NULL,
  retired INTEGER
) WITHOUT ROWID;
CREATE UNIQUE INDEX key_in_use ON key (use, about) WHERE retired IS NULL;
