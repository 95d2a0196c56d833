-- Keys that are made while the hub runs, most of them by applications for themselves. Never the
-- secret, only its SHA-256; `former` is that of the secret before, good until `former_until`.
CREATE TABLE IF NOT EXISTS api_key (
  prefix TEXT PRIMARY KEY,
  sha256 TEXT NOT NULL,
  municipality TEXT NOT NULL,
  scopes TEXT NOT NULL,
  expires INTEGER,
  revoked INTEGER,
  application TEXT NOT NULL,
  note TEXT NOT NULL,
  made INTEGER NOT NULL,
  made_by TEXT NOT NULL,
  former TEXT NOT NULL,
  former_until INTEGER
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS api_key_of ON api_key (application, made);
-- When a key was last shown, to the minute; of keys in files, too.
CREATE TABLE IF NOT EXISTS key_use (
  prefix TEXT PRIMARY KEY,
  last INTEGER NOT NULL
) WITHOUT ROWID;
-- Access tokens, by their SHA-256, of clients by the prefix of their key.
CREATE TABLE IF NOT EXISTS access_token (
  sha256 BLOB PRIMARY KEY,
  prefix TEXT NOT NULL,
  scopes TEXT NOT NULL,
  made INTEGER NOT NULL,
  until INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS access_token_of ON access_token (prefix, until);
CREATE INDEX IF NOT EXISTS access_token_until ON access_token (until);
-- One number that grows with each change of keys, and with each token that is taken back: whoever
-- remembers keys need not read them again until it has grown.
CREATE TABLE IF NOT EXISTS key_change (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  number INTEGER NOT NULL
);
INSERT OR IGNORE INTO key_change VALUES (1, 0);
CREATE TRIGGER IF NOT EXISTS key_is_new AFTER INSERT ON api_key BEGIN
  UPDATE key_change SET number = number + 1;
END;
CREATE TRIGGER IF NOT EXISTS key_is_changed AFTER UPDATE ON api_key BEGIN
  UPDATE key_change SET number = number + 1;
END;
CREATE TRIGGER IF NOT EXISTS key_is_gone AFTER DELETE ON api_key BEGIN
  UPDATE key_change SET number = number + 1;
END;
