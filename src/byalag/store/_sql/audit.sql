-- name: insert_audit
INSERT INTO audit (at, who, what, about, details) VALUES (?, ?, ?, ?, ?) RETURNING seq;

-- name: audit_end
SELECT seq, hash FROM audit_chain ORDER BY seq DESC LIMIT 1;

-- name: insert_audit_hash
INSERT INTO audit_chain (seq, hash) VALUES (?, ?);

-- name: audit
SELECT seq, at, who, what, about, details FROM audit WHERE seq < ? ORDER BY seq DESC LIMIT ?;

-- name: audit_about
SELECT seq, at, who, what, about, details FROM audit
WHERE about = ? AND seq < ? ORDER BY seq DESC LIMIT ?;

-- name: audit_where
SELECT seq, at, who, what, about, details FROM audit
WHERE seq < ?1 AND (?3 = '' OR about = ?3) AND (?4 = '' OR who = ?4) AND (?5 = '' OR what = ?5)
  AND (?6 IS NULL OR at >= ?6) AND (?7 IS NULL OR at < ?7)
ORDER BY seq DESC LIMIT ?2;

-- name: audit_where_about
SELECT seq, at, who, what, about, details FROM audit
WHERE seq < ?1 AND about = ?3 AND (?4 = '' OR who = ?4) AND (?5 = '' OR what = ?5)
  AND (?6 IS NULL OR at >= ?6) AND (?7 IS NULL OR at < ?7)
ORDER BY seq DESC LIMIT ?2;

-- name: audit_lines
SELECT seq, at, who, what, about, details FROM audit
WHERE seq IN (SELECT value FROM json_each(?1)) ORDER BY seq;

-- name: audit_numbers
SELECT seq FROM audit WHERE at >= ?1 AND at < ?2
  AND what IN (SELECT value FROM json_each(?3)) ORDER BY seq;

-- name: audit_counts
SELECT what, count(*), min(at), max(at) FROM audit GROUP BY what ORDER BY what;

-- name: audit_chained
SELECT seq, a.at, a.who, a.what, a.about, a.details, c.hash
FROM audit a FULL JOIN audit_chain c USING (seq)
WHERE seq > ?1 ORDER BY seq LIMIT ?2;

-- name: things_seen
SELECT id FROM thing WHERE no IN (SELECT value FROM json_each(?1))
UNION
SELECT thing FROM series WHERE no IN (SELECT value FROM json_each(?2))
ORDER BY 1;

-- name: datasets_of_thing
SELECT d.dataset FROM thing t JOIN description d ON d.thing = t.no WHERE t.id = ?;

-- name: dataset_of_series
SELECT dataset FROM series WHERE id = ?;
