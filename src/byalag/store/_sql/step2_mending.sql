-- A delivery's bodies may have names: the topic of a message, the name of a file.
ALTER TABLE body ADD COLUMN name TEXT NOT NULL DEFAULT '';

-- What a source's words were taken to mean: its settings, kept once for each version of them.
CREATE TABLE mapping (
  no INTEGER PRIMARY KEY AUTOINCREMENT,
  source TEXT NOT NULL,
  digest TEXT NOT NULL,
  settings TEXT NOT NULL,
  zone TEXT NOT NULL,
  byalag TEXT NOT NULL,
  first INTEGER NOT NULL,
  UNIQUE (source, digest)
);

-- By which version a delivery's facts were said; NULL where none had been kept.
ALTER TABLE delivery ADD COLUMN mapping INTEGER;

-- Reasons that differ only in what they quote are one. The counts are of rows in each state.
CREATE TABLE reason (
  no INTEGER PRIMARY KEY AUTOINCREMENT,
  source TEXT NOT NULL,
  words TEXT NOT NULL,
  open INTEGER NOT NULL DEFAULT 0,
  mended INTEGER NOT NULL DEFAULT 0,
  dismissed INTEGER NOT NULL DEFAULT 0,
  UNIQUE (source, words)
);

-- `state` is open, mended or dismissed. `mapping` is the version that the row was last tried by.
ALTER TABLE set_aside ADD COLUMN reason INTEGER NOT NULL DEFAULT 0;
ALTER TABLE set_aside ADD COLUMN state TEXT NOT NULL DEFAULT 'open';
ALTER TABLE set_aside ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;
ALTER TABLE set_aside ADD COLUMN tried INTEGER;
ALTER TABLE set_aside ADD COLUMN mapping INTEGER;

INSERT INTO reason (source, words, open)
SELECT source, grouped(why), count(*) FROM set_aside GROUP BY source, grouped(why) ORDER BY min(seq);
UPDATE set_aside SET reason = (
  SELECT r.no FROM reason r WHERE r.source = set_aside.source AND r.words = grouped(set_aside.why));

CREATE INDEX set_aside_reason ON set_aside (reason, state, seq);
CREATE INDEX set_aside_delivery ON set_aside (delivery);

CREATE TRIGGER set_aside_added AFTER INSERT ON set_aside BEGIN
  UPDATE reason SET open = open + (new.state = 'open'), mended = mended + (new.state = 'mended'),
    dismissed = dismissed + (new.state = 'dismissed') WHERE no = new.reason;
END;
CREATE TRIGGER set_aside_moved AFTER UPDATE OF reason, state ON set_aside BEGIN
  UPDATE reason SET open = open - (old.state = 'open'), mended = mended - (old.state = 'mended'),
    dismissed = dismissed - (old.state = 'dismissed') WHERE no = old.reason;
  UPDATE reason SET open = open + (new.state = 'open'), mended = mended + (new.state = 'mended'),
    dismissed = dismissed + (new.state = 'dismissed') WHERE no = new.reason;
END;
CREATE TRIGGER set_aside_dropped AFTER DELETE ON set_aside BEGIN
  UPDATE reason SET open = open - (old.state = 'open'), mended = mended - (old.state = 'mended'),
    dismissed = dismissed - (old.state = 'dismissed') WHERE no = old.reason;
END;

-- Who did what, when. Only ever added to.
CREATE TABLE audit (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  who TEXT NOT NULL,
  what TEXT NOT NULL,
  about TEXT NOT NULL,
  details TEXT NOT NULL
);
CREATE INDEX audit_about ON audit (about, seq);
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN
  SELECT raise(ABORT, 'a line of the audit is never changed');
END;
CREATE TRIGGER audit_is_not_dropped BEFORE DELETE ON audit BEGIN
  SELECT raise(ABORT, 'a line of the audit is never taken away');
END;
