-- name: ask_numbers
SELECT no FROM series ORDER BY no;

-- name: ask_newest
SELECT series, at FROM latest
WHERE ?1 IS NULL OR series IN (SELECT value FROM json_each(?1));

-- name: ask_oldest
SELECT series, min(x) FROM (
  SELECT l.series, (SELECT min(at) FROM observation o WHERE o.series = l.series) AS x FROM latest l
  WHERE ?1 IS NULL OR series IN (SELECT value FROM json_each(?1))
  UNION ALL
  SELECT l.series, (SELECT min(first) FROM chunk c WHERE c.series = l.series) FROM latest l
  WHERE ?1 IS NULL OR series IN (SELECT value FROM json_each(?1)))
WHERE x IS NOT NULL GROUP BY series;

-- name: ask_rows_newest
SELECT at, value, flag, extra FROM observation WHERE series = ?1 AND at >= ?2 AND at < ?3
ORDER BY at DESC LIMIT ?4;

-- name: ask_rows_oldest
SELECT at, value, flag, extra FROM observation WHERE series = ?1 AND at >= ?2 AND at < ?3
ORDER BY at LIMIT ?4;

-- name: ask_chunks
SELECT rowid, first, last, least, most FROM chunk WHERE series = ?1 AND last >= ?2 AND first < ?3
ORDER BY start;

-- name: ask_chunk_before
SELECT * FROM (
  SELECT * FROM (SELECT rowid, start, first, last, least, most FROM chunk
    WHERE series = ?1 AND level = 1 AND start < ?2 ORDER BY start DESC LIMIT 1)
  UNION ALL
  SELECT * FROM (SELECT rowid, start, first, last, least, most FROM chunk
    WHERE series = ?1 AND level = 0 AND start < ?2 ORDER BY start DESC LIMIT 1))
ORDER BY start DESC LIMIT 1;

-- name: ask_chunk_of_level_before
SELECT start, last, times, points, flag, flags FROM chunk
WHERE series = ?1 AND level = ?2 AND start < ?3 ORDER BY start DESC LIMIT 1;

-- name: ask_chunk
SELECT times, points, flag, flags FROM chunk WHERE rowid = ?;

-- name: ask_series_numbered
SELECT no, id FROM series WHERE no IN (SELECT value FROM json_each(?));

-- name: ask_latest
SELECT l.series, l.at, l.value, l.flag, l.extra,
  EXISTS (SELECT 1 FROM observation o WHERE o.series = l.series AND o.at < l.at)
  OR EXISTS (SELECT 1 FROM chunk c WHERE c.series = l.series AND c.first < l.at)
FROM json_each(?) wanted CROSS JOIN latest l ON l.series = wanted.value;

-- name: ask_count_all_rows
SELECT count(*) FROM observation;

-- name: ask_count_rows
SELECT count(*) FROM observation
WHERE (?1 IS NULL OR series IN (SELECT value FROM json_each(?1))) AND at >= ?2 AND at < ?3
  AND (?4 IS NULL OR value >= ?4) AND (?5 IS NULL OR value <= ?5);

-- name: ask_count_chunks
SELECT coalesce(sum(n), 0) FROM chunk c
WHERE (?1 IS NULL OR series IN (SELECT value FROM json_each(?1))) AND first >= ?2 AND last < ?3
  AND NOT EXISTS (SELECT 1 FROM observation o
    WHERE o.series = c.series AND o.at >= c.first AND o.at <= c.last);

-- name: ask_chunks_in_part
SELECT rowid, series, first, last FROM chunk c
WHERE (?1 IS NULL OR series IN (SELECT value FROM json_each(?1))) AND last >= ?2 AND first < ?3
  AND (?5 IS NULL OR most >= ?5) AND (?6 IS NULL OR least <= ?6)
  AND (?4 OR first < ?2 OR last >= ?3 OR EXISTS (SELECT 1 FROM observation o
    WHERE o.series = c.series AND o.at >= c.first AND o.at <= c.last));

-- name: ask_times
SELECT at FROM observation WHERE series = ? AND at >= ? AND at <= ?;

-- name: ask_as_new
SELECT series, at, value, flag, extra FROM latest
WHERE ?1 IS NULL OR series IN (SELECT value FROM json_each(?1))
ORDER BY at DESC, series LIMIT ?2;

-- name: ask_since
SELECT o.series, o.at, o.value, o.flag, o.extra
FROM json_each(?1) wanted CROSS JOIN observation o
WHERE o.series = wanted.value AND o.at >= ?2 LIMIT ?3;

-- name: ask_chunks_since
SELECT 1 FROM json_each(?1) wanted CROSS JOIN chunk c
WHERE c.series = wanted.value
  AND (c.level = 1 AND c.start >= ?2 - 31 * 86400000000
    OR c.level = 0 AND c.start >= ?2 - 86400000000)
  AND c.last >= ?2 LIMIT 1;
