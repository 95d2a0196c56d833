-- The hash of each line of the hub's audit, over the line and the hash of the line before.
CREATE TABLE audit_chain (
  seq INTEGER PRIMARY KEY,
  hash BLOB NOT NULL
);
CREATE TRIGGER audit_chain_is_not_changed BEFORE UPDATE ON audit_chain BEGIN
  SELECT raise(ABORT, 'a line of the audit is never changed');
END;
CREATE TRIGGER audit_chain_is_not_cut BEFORE DELETE ON audit_chain BEGIN
  SELECT raise(ABORT, 'a line of the audit is never taken away');
END;
CREATE INDEX audit_what ON audit (what, seq);
CREATE INDEX audit_who ON audit (who, seq);
