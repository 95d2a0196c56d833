-- name: unplaced
SELECT t.id FROM thing t LEFT JOIN place p ON p.no = t.no
WHERE (p.no IS NULL) = (t.gone = 0 AND t.latitude IS NOT NULL)
UNION ALL
SELECT p.no FROM place p LEFT JOIN thing t ON t.no = p.no WHERE t.no IS NULL;

-- name: bodiless
SELECT seq FROM delivery d WHERE bytes > 0
  AND NOT EXISTS (SELECT 1 FROM body b WHERE b.delivery = d.seq);

-- name: without_series
SELECT DISTINCT o.series FROM observation o WHERE o.series NOT IN (SELECT no FROM series)
UNION
SELECT DISTINCT c.series FROM chunk c WHERE c.series NOT IN (SELECT no FROM series);

-- name: stale_latest
SELECT s.id FROM series s LEFT JOIN latest l ON l.series = s.no
WHERE l.at IS NOT max(
  coalesce((SELECT max(at) FROM observation o WHERE o.series = s.no),
    (SELECT max(last) FROM chunk c WHERE c.series = s.no)),
  coalesce((SELECT max(last) FROM chunk c WHERE c.series = s.no),
    (SELECT max(at) FROM observation o WHERE o.series = s.no)));

-- name: overlapping
SELECT DISTINCT s.id FROM chunk d JOIN chunk m ON m.series = d.series AND m.level = 1
  AND d.start >= m.start AND d.start < m.start + 31 * 86400000000
  AND strftime('%Y-%m', d.start / 1000000, 'unixepoch')
    = strftime('%Y-%m', m.start / 1000000, 'unixepoch')
JOIN series s ON s.no = d.series WHERE d.level = 0;

-- name: every_chunk
SELECT c.rowid, s.id, c.level, c.start, c.n, c.first, c.last, c.valid, c.total, c.least, c.most,
  c.flag, c.times, c.points, c.flags
FROM chunk c JOIN series s ON s.no = c.series WHERE c.rowid > ? ORDER BY c.rowid LIMIT ?;
