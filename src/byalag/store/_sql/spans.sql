-- name: spans
SELECT l.series,
  min(
    coalesce((SELECT min(at) FROM observation WHERE series = l.series), l.at),
    coalesce((SELECT min(first) FROM chunk WHERE series = l.series), l.at)),
  l.at
FROM json_each(?) wanted CROSS JOIN latest l ON l.series = wanted.value;
