-- Words that somebody proposes that all share, and how each municipality has voted.
CREATE TABLE IF NOT EXISTS proposal (
  no INTEGER PRIMARY KEY AUTOINCREMENT,
  word TEXT NOT NULL,
  municipality TEXT NOT NULL,
  document BLOB NOT NULL,
  who TEXT NOT NULL,
  at INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT 'open',
  decided INTEGER
);
CREATE INDEX IF NOT EXISTS proposal_state ON proposal (state, no);
CREATE TABLE IF NOT EXISTS vote (
  proposal INTEGER NOT NULL,
  municipality TEXT NOT NULL,
  yes INTEGER NOT NULL,
  who TEXT NOT NULL,
  at INTEGER NOT NULL,
  why TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (proposal, municipality)
) WITHOUT ROWID;
