-- Applications that people have registered, to use products. The owner is a person's pseudonym.
CREATE TABLE IF NOT EXISTS application (
  id TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  name TEXT NOT NULL,
  organisation TEXT NOT NULL,
  contact TEXT NOT NULL,
  purpose TEXT NOT NULL,
  created INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS application_owner ON application (owner, created);
-- What an application has asked to use, and what a steward has answered where one has to.
CREATE TABLE IF NOT EXISTS application_wish (
  application TEXT NOT NULL,
  product TEXT NOT NULL,
  plan TEXT NOT NULL,
  state TEXT NOT NULL,
  asked INTEGER NOT NULL,
  decided INTEGER,
  why TEXT NOT NULL,
  PRIMARY KEY (application, product)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS application_wish_waiting ON application_wish (state, asked);
