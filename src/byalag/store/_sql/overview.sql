-- name: overview_things
SELECT t.type, count(*), sum(t.latitude IS NOT NULL),
  sum(t.latitude IS NOT NULL AND t.asked ->> '$.name' IS NOT NULL)
FROM description d JOIN thing t ON t.no = d.thing
WHERE d.dataset = ? AND t.gone = 0 AND t.type NOT IN
  ('Location', 'HistoricalLocation', 'Sensor', 'ObservedProperty', 'FeatureOfInterest')
GROUP BY t.type ORDER BY t.type;

-- name: overview_series
SELECT count(*), count(l.at),
  coalesce(sum(l.at >= ?2 - ?3 * coalesce(s.cadence,
    CASE WHEN s.kind NOT IN ('sample', 'forecast') THEN ?4 END)), 0),
  coalesce(sum(l.at IS NOT NULL AND coalesce(s.cadence,
    CASE WHEN s.kind NOT IN ('sample', 'forecast') THEN ?4 END) IS NOT NULL), 0),
  coalesce(sum(l.value IS NOT NULL AND l.flag IN (?5, ?6)), 0),
  min(min(
    coalesce((SELECT min(at) FROM observation o WHERE o.series = s.no), l.at),
    coalesce((SELECT min(first) FROM chunk c WHERE c.series = s.no), l.at))),
  max(l.at)
FROM series s LEFT JOIN latest l ON l.series = s.no WHERE s.dataset = ?1;

-- name: dataset_frequency
SELECT document ->> '$.frequency' FROM dataset WHERE id = ? ORDER BY origin LIMIT 1;
