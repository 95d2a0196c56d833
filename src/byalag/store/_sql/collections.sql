-- name: placed
SELECT dataset, count(*), min(longitude), min(latitude), max(longitude), max(latitude) FROM thing
WHERE gone = 0 AND latitude IS NOT NULL AND type NOT IN (SELECT value FROM json_each(?1))
GROUP BY dataset ORDER BY dataset;

-- name: shaped
SELECT dataset, asked ->> '$.shape', latitude IS NOT NULL FROM thing
WHERE gone = 0 AND type NOT IN (SELECT value FROM json_each(?1))
  AND asked ->> '$.shape' IS NOT NULL
ORDER BY dataset;

-- name: newest_in
SELECT min(l.at), max(l.at)
FROM description d CROSS JOIN thing t ON t.no = d.thing
CROSS JOIN series s ON s.thing = t.id CROSS JOIN latest l ON l.series = s.no
WHERE d.dataset = ?1 AND t.dataset = ?1 AND t.gone = 0
  AND t.type NOT IN (SELECT value FROM json_each(?2));

-- name: properties_in
SELECT j.key, j.type, count(*)
FROM description d CROSS JOIN thing t ON t.no = d.thing
CROSS JOIN json_each(t.asked, '$.properties') j
WHERE d.dataset = ?1 AND t.dataset = ?1 AND t.gone = 0
  AND t.type NOT IN (SELECT value FROM json_each(?2))
GROUP BY j.key, j.type ORDER BY j.key, j.type;

-- name: measured_in
SELECT property, min(unit) FROM (
  SELECT s.property, s.unit
  FROM description d CROSS JOIN thing t ON t.no = d.thing CROSS JOIN series s ON s.thing = t.id
  WHERE d.dataset = ?1 AND t.dataset = ?1 AND t.gone = 0
    AND t.type NOT IN (SELECT value FROM json_each(?2))
  UNION ALL
  SELECT k.property, s.unit
  FROM description d CROSS JOIN thing t ON t.no = d.thing CROSS JOIN link k ON k.thing = t.id
  CROSS JOIN series s ON s.id = k.series
  WHERE d.dataset = ?1 AND t.dataset = ?1 AND t.gone = 0
    AND t.type NOT IN (SELECT value FROM json_each(?2)))
GROUP BY property ORDER BY property;

-- name: points_in
SELECT t.no, t.latitude, t.longitude, t.asked ->> '$.shape' IS NOT NULL
FROM description d CROSS JOIN thing t ON t.no = d.thing
WHERE d.dataset = ?1 AND t.dataset = ?1 AND t.gone = 0
  AND t.type NOT IN (SELECT value FROM json_each(?2))
ORDER BY d.thing;
