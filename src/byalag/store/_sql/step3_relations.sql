-- What a series is called, and what only one way of asking has words for: JSON, or NULL.
ALTER TABLE series ADD COLUMN name TEXT;
ALTER TABLE series ADD COLUMN relations TEXT;
ALTER TABLE series ADD COLUMN details TEXT;

-- What points to which things, by what they are to it. The documents say so; these find them.
CREATE TABLE thing_relation (
  no INTEGER NOT NULL,
  name TEXT NOT NULL,
  object TEXT NOT NULL,
  PRIMARY KEY (no, name, object)
) WITHOUT ROWID;
CREATE INDEX thing_relation_back ON thing_relation (object, name, no);

CREATE TABLE series_relation (
  no INTEGER NOT NULL,
  name TEXT NOT NULL,
  object TEXT NOT NULL,
  PRIMARY KEY (no, name, object)
) WITHOUT ROWID;
CREATE INDEX series_relation_back ON series_relation (object, name, no);
