-- name: mapping_number
SELECT no FROM mapping WHERE source = ? AND digest = ?;

-- name: insert_mapping
INSERT INTO mapping (source, digest, settings, zone, byalag, first) VALUES (?, ?, ?, ?, ?, ?)
RETURNING no;

-- name: mappings
SELECT no, source, digest, settings, zone, byalag, first FROM mapping
WHERE source = ? ORDER BY no DESC;

-- name: mapping
SELECT no, source, digest, settings, zone, byalag, first FROM mapping WHERE no = ?;

-- name: reason_number
SELECT no FROM reason WHERE source = ? AND words = ?;

-- name: insert_reason
INSERT INTO reason (source, words) VALUES (?, ?) RETURNING no;

-- name: insert_set_aside
INSERT INTO set_aside (source, delivery, at, place, why, record, reason, mapping)
VALUES (?, ?, ?, ?, ?, ?, ?, ?);

-- name: set_aside_before
SELECT 1 FROM set_aside WHERE source = ? AND place = ? AND why = ?;

-- name: set_aside
SELECT a.seq, a.source, a.delivery, a.at, a.place, a.why, a.record, a.state, a.tries, a.tried,
  a.mapping, r.words
FROM set_aside a JOIN reason r ON r.no = a.reason
WHERE a.source = ? ORDER BY a.seq DESC LIMIT ? OFFSET ?;

-- name: all_set_aside
SELECT a.seq, a.source, a.delivery, a.at, a.place, a.why, a.record, a.state, a.tries, a.tried,
  a.mapping, r.words
FROM set_aside a JOIN reason r ON r.no = a.reason
ORDER BY a.seq DESC LIMIT ? OFFSET ?;

-- name: set_aside_in
SELECT a.seq, a.source, a.delivery, a.at, a.place, a.why, a.record, a.state, a.tries, a.tried,
  a.mapping, r.words
FROM reason r CROSS JOIN set_aside a ON a.reason = r.no AND a.state = ?3
WHERE r.source = ?1 AND r.words = ?2 ORDER BY a.seq DESC LIMIT ?4 OFFSET ?5;

-- name: set_aside_after
SELECT a.seq, a.delivery FROM reason r CROSS JOIN set_aside a ON a.reason = r.no AND a.state = 'open'
WHERE r.source = ?1 AND r.words = ?2 AND a.seq > ?3 ORDER BY a.seq LIMIT ?4;

-- name: set_aside_of_delivery
SELECT a.seq, a.source, a.delivery, a.at, a.place, a.why, a.record, a.state, a.tries, a.tried,
  a.mapping, r.words
FROM set_aside a JOIN reason r ON r.no = a.reason WHERE a.delivery = ? ORDER BY a.seq;

-- name: try_set_aside
UPDATE set_aside SET state = ?, why = ?, reason = ?, tries = tries + 1, tried = ?, mapping = ?
WHERE seq = ? AND state = 'open' RETURNING 1;

-- name: dismiss_row
UPDATE set_aside SET state = 'dismissed', tried = ? WHERE seq = ? AND state = 'open' RETURNING 1;

-- name: dismiss_group
UPDATE set_aside SET state = 'dismissed', tried = ?1
WHERE reason = (SELECT no FROM reason WHERE source = ?2 AND words = ?3) AND state = 'open';

-- name: rows_changed
SELECT changes();

-- name: fewer_set_aside
UPDATE delivery SET set_aside = max(0, set_aside + ?) WHERE seq = ?;

-- name: newest_until
SELECT max(seq) FROM delivery WHERE source = ? AND part = ? AND seq <= ?
  AND translated IS NOT NULL AND things + observations > 0;

-- name: newer_delivery
SELECT 1 FROM delivery d, delivery o WHERE d.seq = ?1 AND o.source = d.source AND o.part = d.part
  AND o.seq > ?1 AND o.translated IS NOT NULL AND o.things + o.observations > 0 LIMIT 1;

-- name: set_aside_row
SELECT a.seq, a.source, a.delivery, a.at, a.place, a.why, a.record, a.state, a.tries, a.tried,
  a.mapping, r.words
FROM set_aside a JOIN reason r ON r.no = a.reason WHERE a.seq = ?;

-- name: set_aside_groups
SELECT r.no, r.source, r.words,
  CASE ?1 WHEN 'open' THEN r.open WHEN 'mended' THEN r.mended ELSE r.dismissed END AS n,
  (SELECT at FROM set_aside WHERE reason = r.no AND state = ?1 ORDER BY seq LIMIT 1),
  (SELECT at FROM set_aside WHERE reason = r.no AND state = ?1 ORDER BY seq DESC LIMIT 1),
  (SELECT max(seq) FROM set_aside WHERE reason = r.no AND state = ?1)
FROM reason r WHERE (?2 IS NULL OR r.source = ?2) AND n > 0 ORDER BY n DESC, r.no;

-- name: set_aside_counts
SELECT source, sum(open) FROM reason GROUP BY source HAVING sum(open) > 0 ORDER BY source;
