-- name: quality
SELECT metric, day, part, whole FROM quality WHERE dataset = ? AND day >= ? ORDER BY metric, day;

-- name: put_quality
INSERT INTO quality (dataset, metric, day, part, whole) SELECT ?1, ?2, ?3, ?4, ?5
WHERE EXISTS (SELECT 1 FROM dataset WHERE id = ?1 AND (origin = '' OR open))
ON CONFLICT (dataset, metric, day) DO UPDATE SET part = excluded.part, whole = excluded.whole;

-- name: trim_quality
DELETE FROM quality WHERE dataset = ? AND day < ?;

-- name: last_quality
SELECT max(day) FROM quality WHERE dataset = ? AND metric IN ('validity', 'translation');

-- name: quality_series
SELECT s.no, s.kind, s.cadence, l.at,
  min(
    coalesce((SELECT at FROM observation WHERE series = s.no ORDER BY at LIMIT 1), l.at),
    coalesce((SELECT first FROM chunk WHERE series = s.no AND level = 1 ORDER BY start LIMIT 1),
      l.at),
    coalesce((SELECT first FROM chunk WHERE series = s.no AND level = 0 ORDER BY start LIMIT 1),
      l.at)),
  EXISTS (SELECT 1 FROM chunk c WHERE c.series = s.no AND c.level = 0
      AND c.start >= ?2 AND c.start < ?4)
    OR EXISTS (SELECT 1 FROM chunk c WHERE c.series = s.no AND c.level = 1
      AND c.start >= ?3 AND c.start < ?4)
FROM series s JOIN latest l ON l.series = s.no LEFT JOIN thing t ON t.id = s.thing
WHERE s.dataset = ?1 AND coalesce(t.gone, 0) = 0;

-- name: quality_rows
SELECT o.series, (o.at - ?2) / 86400000000 AS day, count(*),
  sum(o.flag IN (1, 2) AND o.value IS NOT NULL)
FROM json_each(?1) wanted CROSS JOIN observation o
ON o.series = wanted.value AND o.at >= ?2 AND o.at < ?3
GROUP BY o.series, day;

-- name: quality_things
SELECT count(*), count(DISTINCT CASE
  WHEN t.asked ->> '$.name' IS NULL THEN t.id
  ELSE t.type || char(31) || (t.asked ->> '$.name') || char(31) ||
    coalesce(round(t.latitude, 4) || ',' || round(t.longitude, 4), '') END)
FROM description d JOIN thing t ON t.no = d.thing
WHERE d.dataset = ? AND t.gone = 0 AND t.type NOT IN
  ('Location', 'HistoricalLocation', 'Sensor', 'ObservedProperty', 'FeatureOfInterest');

-- name: quality_ledger_ends
SELECT min(seq), max(seq) FROM delivery;

-- name: quality_ledger_at
SELECT seq, received FROM delivery WHERE seq >= ? ORDER BY seq LIMIT 1;

-- name: quality_ledger
SELECT (received - ?2) / 86400000000 AS day, sum(set_aside), sum(max(records, set_aside))
FROM delivery WHERE seq >= ?4 AND received >= ?2 AND received < ?3
AND source IN (SELECT value FROM json_each(?1)) GROUP BY day;
