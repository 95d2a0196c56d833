-- What is said of a subject in a book ("care"), one line after another. A line is never changed; it
-- goes when its subject is erased. `document` is sealed where the store seals.
CREATE TABLE journal (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  book TEXT NOT NULL,
  subject TEXT NOT NULL,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  who TEXT NOT NULL,
  matter TEXT NOT NULL,
  ends INTEGER NOT NULL,
  document BLOB NOT NULL
);
CREATE INDEX journal_subject ON journal (book, subject, seq);
-- What of a subject a line is about, and the lines that say that it is over: both go in time.
CREATE INDEX journal_matter ON journal (book, subject, matter, seq) WHERE matter <> '';
CREATE INDEX journal_ended ON journal (book, at) WHERE ends;
-- What is worked out of a subject and kept, by name: it can be worked out again.
CREATE TABLE keepsake (
  book TEXT NOT NULL,
  subject TEXT NOT NULL,
  name TEXT NOT NULL,
  at INTEGER NOT NULL,
  document BLOB NOT NULL,
  PRIMARY KEY (book, subject, name)
) WITHOUT ROWID;
-- Who a subject is: apart from all else that is said of it.
CREATE TABLE identity (
  book TEXT NOT NULL,
  subject TEXT NOT NULL,
  at INTEGER NOT NULL,
  document BLOB NOT NULL,
  PRIMARY KEY (book, subject)
) WITHOUT ROWID;
