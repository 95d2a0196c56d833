-- Who did what in the hub as a whole, when. Only ever added to.
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
