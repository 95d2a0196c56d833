-- What outlets are told of: which datasets each asks for, and how far it has read the news.
-- `missed` counts news that were dropped before it had read them.
CREATE TABLE outlet (
  name TEXT PRIMARY KEY,
  cursor INTEGER NOT NULL,
  datasets TEXT NOT NULL,
  missed INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

-- What changed in datasets that outlets ask for, open or not. `body` is MessagePack of an Entry.
CREATE TABLE news (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  dataset TEXT NOT NULL,
  body BLOB NOT NULL
);

-- What an outlet must remember of what it has told: the last value, whether a limit is passed.
CREATE TABLE told (
  outlet TEXT NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (outlet, name)
) WITHOUT ROWID;

-- One message for one receiver. `state`: 0 waiting, 1 set aside, 2 sent: kept for a while without
-- its message, so that the same message put again is not sent again. `due` is when it is tried
-- next, `wait` how long that was from the try before; of what is no longer waiting, when it ended.
CREATE TABLE outgoing (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  outlet TEXT NOT NULL,
  id TEXT NOT NULL,
  receiver TEXT NOT NULL,
  put INTEGER NOT NULL,
  due INTEGER NOT NULL,
  wait INTEGER NOT NULL DEFAULT 0,
  tries INTEGER NOT NULL DEFAULT 0,
  why TEXT NOT NULL DEFAULT '',
  state INTEGER NOT NULL DEFAULT 0,
  message BLOB NOT NULL,
  UNIQUE (outlet, id, receiver)
);
CREATE INDEX outgoing_due ON outgoing (outlet, state, due, seq);
CREATE INDEX outgoing_order ON outgoing (outlet, state, receiver, seq);
CREATE INDEX outgoing_state ON outgoing (outlet, state, seq);
