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
SELECT rowid, least, most FROM chunk WHERE series = ?1 AND last >= ?2 AND first < ?3
ORDER BY start;

-- name: ask_chunk_before
SELECT * FROM (
  SELECT * FROM (SELECT rowid, start, first, last, least, most FROM chunk
    WHERE series = ?1 AND level = 1 AND start < ?2 ORDER BY start DESC LIMIT 1)
  UNION ALL
  SELECT * FROM (SELECT rowid, start, first, last, least, most FROM chunk
    WHERE series = ?1 AND level = 0 AND start < ?2 ORDER BY start DESC LIMIT 1))
ORDER BY start DESC LIMIT 1;

-- name: ask_chunk
SELECT times, points, flag, flags FROM chunk WHERE rowid = ?;

-- name: ask_series_numbered
SELECT no, id FROM series WHERE no IN (SELECT value FROM json_each(?));

-- name: ask_latest
SELECT l.series, l.at, l.value, l.flag, l.extra,
  EXISTS (SELECT 1 FROM observation o WHERE o.series = l.series AND o.at < l.at)
  OR EXISTS (SELECT 1 FROM chunk c WHERE c.series = l.series AND c.first < l.at)
FROM json_each(?) wanted CROSS JOIN latest l ON l.series = wanted.value;
