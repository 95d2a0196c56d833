-- Published files: each row is a version of one, its bytes lie beside the store under their digest.
-- `origin` is empty in a municipality's own store; in the commons it says whose the file is.
CREATE TABLE file (
  origin TEXT NOT NULL,
  dataset TEXT NOT NULL,
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  digest TEXT NOT NULL,
  size INTEGER NOT NULL,
  media_type TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (origin, dataset, name, version)
) WITHOUT ROWID;
CREATE INDEX file_dataset ON file (dataset, name, version);
