-- name: spans
SELECT l.series,
  min(
    coalesce((SELECT at FROM observation WHERE series = l.series ORDER BY at LIMIT 1), l.at),
    coalesce((SELECT first FROM chunk WHERE series = l.series AND level = 1
      ORDER BY start LIMIT 1), l.at),
    coalesce((SELECT first FROM chunk WHERE series = l.series AND level = 0
      ORDER BY start LIMIT 1), l.at)),
  l.at
FROM json_each(?) wanted CROSS JOIN latest l ON l.series = wanted.value;
