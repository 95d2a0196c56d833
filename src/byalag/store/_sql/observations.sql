-- name: upsert_observations
INSERT INTO observation (series, at, value, flag, extra) VALUES ...
ON CONFLICT (series, at) DO UPDATE
SET value = excluded.value, flag = excluded.flag, extra = excluded.extra;

-- name: upsert_plain
INSERT INTO observation (series, at, value, flag) VALUES ...
ON CONFLICT (series, at) DO UPDATE
SET value = excluded.value, flag = excluded.flag, extra = NULL;

-- name: same_as_before
WITH heard (i, series, at, value, flag, extra) AS (VALUES ...)
SELECT group_concat(heard.i || ' ' || heard.at || ',', '') FROM heard CROSS JOIN observation o
  ON o.series = heard.series AND o.at = heard.at
WHERE o.value IS heard.value AND o.flag IS heard.flag AND o.extra IS heard.extra;

-- name: upsert_latest
INSERT INTO latest (series, at, value, flag, extra) VALUES ...
ON CONFLICT (series) DO UPDATE
SET at = excluded.at, value = excluded.value, flag = excluded.flag, extra = excluded.extra
WHERE excluded.at >= latest.at;

-- name: newest_at
SELECT at FROM latest WHERE series = ?;

-- name: last_in_chunks
SELECT max(last) FROM chunk WHERE series = ?;

-- name: latest
SELECT s.id, l.at, l.value, l.flag, l.extra FROM json_each(?) wanted
CROSS JOIN series s ON s.id = wanted.value JOIN latest l ON l.series = s.no;

-- name: has_latest
SELECT 1 FROM series s JOIN latest l ON l.series = s.no WHERE s.id = ?;

-- name: rows_in
SELECT at, value, flag FROM observation WHERE series = ? AND at >= ? AND at < ? ORDER BY at;

-- name: plain_rows_in
SELECT at, value, flag FROM observation
WHERE series = ? AND at >= ? AND at < ? AND extra IS NULL ORDER BY at;

-- name: extras_in
SELECT at, value, flag, extra FROM observation
WHERE series = ? AND at >= ? AND at < ? AND extra IS NOT NULL ORDER BY at;

-- name: chunks_in
SELECT n, times, points, flag, flags, start, level FROM chunk
WHERE series = ?1 AND level = 1 AND start >= ?2 AND start < ?4
UNION ALL
SELECT n, times, points, flag, flags, start, level FROM chunk
WHERE series = ?1 AND level = 0 AND start >= ?3 AND start < ?4
ORDER BY start;

-- name: chunk_starts
SELECT start, level FROM chunk WHERE series = ? ORDER BY start;

-- name: put_chunk
INSERT OR REPLACE INTO chunk (series, level, start, n, first, last, valid, total, least, most,
  flag, times, points, flags) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: drop_day_chunks
DELETE FROM chunk WHERE series = ? AND level = 0 AND start >= ? AND start < ?;

-- name: drop_plain_rows
DELETE FROM observation WHERE series = ? AND at >= ? AND at < ? AND extra IS NULL;

-- name: drop_rows_at
DELETE FROM observation WHERE series = ?1 AND at >= ?2 AND at <= ?3
  AND at IN (SELECT value FROM json_each(?4));

-- name: hot_times
SELECT at FROM observation WHERE series = ? ORDER BY at;

-- name: series_to_fold
SELECT no, id,
  (SELECT min(at) FROM observation o WHERE o.series = s.no AND o.extra IS NULL AND o.at < ?2),
  (SELECT min(start) FROM chunk c WHERE c.series = s.no AND c.level = 0 AND c.start < ?3)
FROM series s WHERE no > ?1 ORDER BY no LIMIT ?4;

-- name: series_of_dataset
SELECT no, id, thing, property, dataset, unit, sensor, kind, cadence, name, relations, details
FROM series
WHERE dataset = ? ORDER BY id;

-- name: series_from
SELECT no, id FROM series WHERE origin = ? AND dataset = ?;

-- name: drop_series
DELETE FROM series WHERE no = ?;

-- name: drop_observations
DELETE FROM observation WHERE series = ?;

-- name: drop_chunks
DELETE FROM chunk WHERE series = ?;

-- name: drop_latest
DELETE FROM latest WHERE series = ?;

-- name: drop_links
DELETE FROM link WHERE series = ?1 OR thing = ?1;
