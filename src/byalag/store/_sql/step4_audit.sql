-- The hash of each line of the audit, over the line and the hash of the line before.
CREATE TABLE audit_chain (
  seq INTEGER PRIMARY KEY,
  hash BLOB NOT NULL
);
INSERT INTO audit_chain
WITH RECURSIVE chain (seq, hash) AS (
  SELECT seq, audit_link(zeroblob(32), seq, at, who, what, about, details) FROM audit
  WHERE seq = (SELECT min(seq) FROM audit)
  UNION ALL
  SELECT a.seq, audit_link(c.hash, a.seq, a.at, a.who, a.what, a.about, a.details)
  FROM chain c JOIN audit a ON a.seq = (SELECT min(seq) FROM audit WHERE seq > c.seq))
SELECT seq, hash FROM chain;
CREATE TRIGGER audit_chain_is_not_changed BEFORE UPDATE ON audit_chain BEGIN
  SELECT raise(ABORT, 'a line of the audit is never changed');
END;
CREATE TRIGGER audit_chain_is_not_cut BEFORE DELETE ON audit_chain BEGIN
  SELECT raise(ABORT, 'a line of the audit is never taken away');
END;
CREATE INDEX audit_what ON audit (what, seq);
CREATE INDEX audit_who ON audit (who, seq);
