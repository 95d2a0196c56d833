-- name: floors
SELECT dataset, before FROM floor;

-- name: floor_of
SELECT f.before FROM series s JOIN floor f ON f.dataset = s.dataset WHERE s.id = ?;

-- name: floor_of_dataset
SELECT before FROM floor WHERE dataset = ?;

-- name: put_floor
INSERT INTO floor VALUES (?, ?)
ON CONFLICT (dataset) DO UPDATE SET before = max(before, excluded.before);

-- name: series_to_expire
SELECT s.no, s.id, s.thing FROM series s WHERE s.dataset = ?1 AND s.origin = '' AND s.no > ?2 AND (
  EXISTS (SELECT 1 FROM observation o WHERE o.series = s.no AND o.at < ?3)
  OR EXISTS (SELECT 1 FROM chunk c WHERE c.series = s.no AND c.first < ?3))
ORDER BY s.no LIMIT 1;

-- name: rows_before
SELECT at, value, flag, extra FROM observation WHERE series = ? AND at < ? ORDER BY at LIMIT ?;

-- name: drop_rows_until
DELETE FROM observation WHERE series = ? AND at <= ?;

-- name: chunks_before
SELECT n, times, points, flag, flags, level, start, last FROM chunk
WHERE series = ? AND first < ? ORDER BY start LIMIT ?;

-- name: count_before
SELECT count(*), min(at), max(at) FROM observation o JOIN series s ON s.no = o.series
WHERE s.dataset = ?1 AND s.origin = '' AND o.at < ?2;

-- name: chunked_before
SELECT coalesce(sum(c.n), 0), min(c.first), max(min(c.last, ?2)) FROM chunk c
JOIN series s ON s.no = c.series WHERE s.dataset = ?1 AND s.origin = '' AND c.first < ?2;

-- name: deliveries_before
SELECT seq, part, received, bytes, digest FROM delivery
WHERE source = ?1 AND received < ?2 AND seq > ?3 AND translated IS NOT NULL ORDER BY seq LIMIT ?4;

-- name: count_deliveries_before
SELECT count(*), min(received), max(received) FROM delivery
WHERE source = ?1 AND received < ?2 AND translated IS NOT NULL;

-- name: drop_delivery
DELETE FROM delivery WHERE seq = ?;

-- name: drop_bodies
DELETE FROM body WHERE delivery = ?;

-- name: aside_before
SELECT seq, at, record FROM set_aside
WHERE source = ?1 AND at < ?2 AND seq > ?3 ORDER BY seq LIMIT ?4;

-- name: count_aside_before
SELECT count(*), min(at), max(at) FROM set_aside WHERE source = ? AND at < ?;

-- name: drop_aside
DELETE FROM set_aside WHERE seq = ?;

-- name: drop_empty_reasons
DELETE FROM reason WHERE source = ?1 AND open + mended + dismissed = 0
  AND NOT EXISTS (SELECT 1 FROM set_aside a WHERE a.reason = reason.no);

-- name: messages_before
SELECT seq, put, message FROM outgoing WHERE put < ?1 AND seq > ?2 ORDER BY seq LIMIT ?3;

-- name: count_messages_before
SELECT count(*), min(put), max(put) FROM outgoing WHERE put < ?;

-- name: drop_message
DELETE FROM outgoing WHERE seq = ?;

-- name: files_before
SELECT f.name, f.version, f.digest, f.at FROM file f
WHERE f.origin = '' AND f.dataset = ?1 AND f.at < ?2 AND f.version < (
  SELECT max(version) FROM file n WHERE n.origin = '' AND n.dataset = f.dataset AND n.name = f.name)
ORDER BY f.name, f.version LIMIT ?3;

-- name: drop_file_version
DELETE FROM file WHERE origin = ? AND dataset = ? AND name = ? AND version = ? RETURNING 1;

-- name: digests_of_files
SELECT DISTINCT digest FROM file;

-- name: days_of_source
SELECT DISTINCT received / 86400000000 FROM delivery WHERE source = ?1
UNION
SELECT DISTINCT at / 86400000000 FROM set_aside WHERE source = ?1;

-- name: sealed_bodies
SELECT b.delivery, b.page, b.packed, b.content FROM delivery d JOIN body b ON b.delivery = d.seq
WHERE d.source = ?1 AND d.received >= ?2 AND d.received < ?3 AND b.packed >= 2
  AND substr(b.content, 1, 8) = ?4 LIMIT ?5;

-- name: sealed_records
SELECT seq, record FROM set_aside
WHERE source = ?1 AND at >= ?2 AND at < ?3 AND substr(record, 1, 23) = ?4 LIMIT ?5;

-- name: seal_body_again
UPDATE body SET content = ?1, packed = ?2 WHERE delivery = ?3 AND page = ?4;

-- name: seal_record_again
UPDATE set_aside SET record = ?1 WHERE seq = ?2;

-- name: datasets_of
SELECT d.dataset FROM thing t JOIN description d ON d.thing = t.no WHERE t.id = ?1
UNION
SELECT dataset FROM series WHERE thing = ?1;
