-- name: chunks_spanning
SELECT level, start, times, points, flag, flags FROM chunk
WHERE series = ?1 AND last >= ?2 AND first <= ?3 ORDER BY start;

-- name: drop_chunk
DELETE FROM chunk WHERE series = ? AND level = ? AND start = ?;

-- name: has_observations
SELECT 1 FROM observation WHERE series = ?1 UNION ALL SELECT 1 FROM chunk WHERE series = ?1 LIMIT 1;

-- name: newest_row
SELECT at, value, flag, extra FROM observation WHERE series = ? ORDER BY at DESC LIMIT 1;

-- name: newest_chunk
SELECT times, points, flag, flags FROM chunk WHERE series = ? ORDER BY last DESC LIMIT 1;

-- name: order_description
UPDATE description SET said = ? WHERE thing = ? AND dataset = ?;

-- name: mark_mended
UPDATE set_aside SET state = 'mended', tried = ?, mapping = ? WHERE seq = ? AND state = 'open';

-- name: remark_mended
UPDATE set_aside SET mapping = ? WHERE delivery = ? AND state = 'mended';

-- name: mark_still
UPDATE set_aside SET why = ?, reason = ?, mapping = ? WHERE seq = ? AND state = 'open';

-- name: reread
UPDATE delivery SET records = ?, things = ?, observations = ?, set_aside = ?, skipped = ?,
  mapping = ? WHERE seq = ?;

-- name: deliveries_set_aside
SELECT DISTINCT delivery FROM set_aside WHERE source = ? AND delivery IS NOT NULL;

-- name: mended_by
SELECT DISTINCT delivery, mapping FROM set_aside
WHERE source = ? AND state = 'mended' AND delivery IS NOT NULL AND mapping IS NOT NULL
ORDER BY mapping;

-- name: translated
SELECT seq, received, mapping FROM delivery
WHERE source = ? AND translated IS NOT NULL AND seq > ? ORDER BY seq;

-- name: parts
WITH RECURSIVE parts (part) AS (
  SELECT min(part) FROM delivery WHERE source = ?1
  UNION ALL
  SELECT (SELECT min(part) FROM delivery WHERE source = ?1 AND part > parts.part)
  FROM parts WHERE part IS NOT NULL)
SELECT part FROM parts WHERE part IS NOT NULL;

-- name: said_last
SELECT seq FROM delivery WHERE source = ? AND part = ? AND translated IS NOT NULL
  AND things + observations > 0 ORDER BY seq DESC LIMIT ?;
