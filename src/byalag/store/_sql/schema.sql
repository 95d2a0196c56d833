-- Schema 1. Times are integer microseconds UTC, positions are degrees in WGS 84.

-- The ledger: every delivery as it arrived. `translated` is when its facts were committed.
CREATE TABLE delivery (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  source TEXT NOT NULL,
  part TEXT NOT NULL,
  received INTEGER NOT NULL,
  media_type TEXT NOT NULL,
  url TEXT NOT NULL,
  key TEXT,
  digest BLOB NOT NULL,
  bytes INTEGER NOT NULL,
  translated INTEGER,
  records INTEGER NOT NULL DEFAULT 0,
  things INTEGER NOT NULL DEFAULT 0,
  observations INTEGER NOT NULL DEFAULT 0,
  set_aside INTEGER NOT NULL DEFAULT 0,
  skipped INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX delivery_key ON delivery (source, key) WHERE key IS NOT NULL;
CREATE INDEX delivery_part ON delivery (source, part, seq);
CREATE INDEX delivery_untranslated ON delivery (seq) WHERE translated IS NULL;

-- `packed`: 0 as it arrived, 1 zlib.
CREATE TABLE body (
  delivery INTEGER NOT NULL,
  page INTEGER NOT NULL,
  packed INTEGER NOT NULL,
  content BLOB NOT NULL,
  PRIMARY KEY (delivery, page)
);

CREATE TABLE set_aside (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  source TEXT NOT NULL,
  delivery INTEGER,
  at INTEGER NOT NULL,
  place TEXT NOT NULL,
  why TEXT NOT NULL,
  record BLOB NOT NULL
);
CREATE INDEX set_aside_source ON set_aside (source, seq);

-- What is known of each thing now: the sum of its descriptions, one JSON document.
CREATE TABLE thing (
  no INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  dataset TEXT NOT NULL,
  origin TEXT NOT NULL,
  municipality TEXT,
  sort_key TEXT NOT NULL,
  latitude REAL,
  longitude REAL,
  gone INTEGER NOT NULL,
  document BLOB NOT NULL
);
CREATE INDEX thing_name ON thing (type, sort_key, id) WHERE gone = 0;
CREATE INDEX thing_municipality ON thing (type, municipality, sort_key, id) WHERE gone = 0;
CREATE INDEX thing_placed ON thing (type, municipality) WHERE gone = 0 AND latitude IS NOT NULL;

-- What each dataset says of a thing. Kept apart, so that an open description never carries a
-- closed one's words. `said` orders them: the first to describe a thing names its type.
CREATE TABLE description (
  thing INTEGER NOT NULL,
  dataset TEXT NOT NULL,
  said INTEGER NOT NULL,
  document BLOB NOT NULL,
  PRIMARY KEY (thing, dataset)
);
CREATE INDEX description_dataset ON description (dataset, thing);

CREATE VIRTUAL TABLE place USING rtree (no, south, north, west, east);

CREATE TABLE series (
  no INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  thing TEXT NOT NULL,
  property TEXT NOT NULL,
  dataset TEXT NOT NULL,
  origin TEXT NOT NULL,
  unit TEXT NOT NULL,
  sensor TEXT NOT NULL,
  kind TEXT NOT NULL,
  cadence INTEGER
);
CREATE INDEX series_thing ON series (thing);
CREATE INDEX series_dataset ON series (dataset);

CREATE TABLE link (
  thing TEXT NOT NULL,
  property TEXT NOT NULL,
  series TEXT NOT NULL,
  origin TEXT NOT NULL,
  PRIMARY KEY (thing, property, series)
) WITHOUT ROWID;
CREATE INDEX link_series ON link (series);

-- Hot rows. A missing value is NULL. `extra` is JSON; rows that have it are never folded.
CREATE TABLE observation (
  series INTEGER NOT NULL,
  at INTEGER NOT NULL,
  value REAL,
  flag INTEGER NOT NULL,
  extra TEXT,
  PRIMARY KEY (series, at)
) WITHOUT ROWID;

-- Cold chunks: whole UTC days (level 0) or months (level 1), never overlapping for one series.
-- `times`, `points` and `flags` are pcodec blocks; `flags` is NULL where `flag` holds for all.
-- `total`, `least` and `most` are of the `valid` values that are not missing.
CREATE TABLE chunk (
  series INTEGER NOT NULL,
  level INTEGER NOT NULL,
  start INTEGER NOT NULL,
  n INTEGER NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  valid INTEGER NOT NULL,
  total REAL,
  least REAL,
  most REAL,
  flag INTEGER,
  times BLOB NOT NULL,
  points BLOB NOT NULL,
  flags BLOB,
  PRIMARY KEY (series, level, start)
);

CREATE TABLE latest (
  series INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  value REAL,
  flag INTEGER NOT NULL,
  extra TEXT
);

-- What changed in open datasets, for the projection. `body` is MessagePack of an Entry.
CREATE TABLE outbox (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  dataset TEXT NOT NULL,
  body BLOB NOT NULL
);
CREATE INDEX outbox_dataset ON outbox (dataset, seq);

CREATE TABLE dataset (
  origin TEXT NOT NULL,
  id TEXT NOT NULL,
  open INTEGER NOT NULL,
  document BLOB NOT NULL,
  PRIMARY KEY (origin, id)
) WITHOUT ROWID;

-- How far each origin's outbox has been absorbed.
CREATE TABLE cursor (
  origin TEXT PRIMARY KEY,
  seq INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE memory (
  name TEXT PRIMARY KEY,
  value BLOB NOT NULL
) WITHOUT ROWID;

-- `changed` grows with every commit that changes what can be read.
CREATE TABLE counter (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO counter VALUES ('changed', 0);
