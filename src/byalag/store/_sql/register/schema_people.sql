-- People who have logged in. The id is a pseudonym of this hub; the name is kept for those whom an
-- organisation here vouches for, and for nobody else.
CREATE TABLE IF NOT EXISTS person (
  id TEXT PRIMARY KEY,
  provider TEXT NOT NULL,
  name TEXT NOT NULL,
  municipality TEXT NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  before INTEGER
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS person_of ON person (municipality, last);
-- Roles that somebody has assigned. An empty municipality is the hub as a whole.
CREATE TABLE IF NOT EXISTS person_role (
  person TEXT NOT NULL,
  role TEXT NOT NULL,
  municipality TEXT NOT NULL,
  unit TEXT NOT NULL,
  at INTEGER NOT NULL,
  who TEXT NOT NULL,
  PRIMARY KEY (person, municipality, role, unit)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS person_role_in ON person_role (municipality, person);
-- Sessions, by the SHA-256 of what the browser holds. `claimed` are roles that the log-in gave.
CREATE TABLE IF NOT EXISTS session (
  digest BLOB PRIMARY KEY,
  person TEXT NOT NULL,
  provider TEXT NOT NULL,
  name TEXT NOT NULL,
  assurance TEXT NOT NULL,
  claimed TEXT NOT NULL,
  begun INTEGER NOT NULL,
  seen INTEGER NOT NULL,
  until INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS session_of ON session (person, seen);
CREATE INDEX IF NOT EXISTS session_until ON session (until);
-- Log-ins that have begun and not come back. `browser` is the SHA-256 of the browser's own proof.
CREATE TABLE IF NOT EXISTS login (
  state BLOB PRIMARY KEY,
  provider TEXT NOT NULL,
  browser BLOB NOT NULL,
  nonce TEXT NOT NULL,
  verifier TEXT NOT NULL,
  onward TEXT NOT NULL,
  language TEXT NOT NULL,
  place BLOB NOT NULL,
  at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS login_at ON login (at);
CREATE INDEX IF NOT EXISTS login_from ON login (place, at);
-- Failed tries, by the SHA-256 of who or where, shared by all processes.
CREATE TABLE IF NOT EXISTS guess (
  what BLOB PRIMARY KEY,
  fails INTEGER NOT NULL,
  last INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS guess_last ON guess (last);
