-- name: placed
-- What is no wider than the index rounds is a point, which the thing itself says exactly.
SELECT t.dataset, count(*),
  min(CASE WHEN p.east - p.west < 1e-4 THEN coalesce(t.longitude, p.west) ELSE p.west END),
  min(CASE WHEN p.north - p.south < 1e-4 THEN coalesce(t.latitude, p.south) ELSE p.south END),
  max(CASE WHEN p.east - p.west < 1e-4 THEN coalesce(t.longitude, p.east) ELSE p.east END),
  max(CASE WHEN p.north - p.south < 1e-4 THEN coalesce(t.latitude, p.north) ELSE p.north END)
FROM place p CROSS JOIN thing t ON t.no = p.no
WHERE t.gone = 0 AND t.type NOT IN (SELECT value FROM json_each(?1))
GROUP BY t.dataset ORDER BY t.dataset;

-- name: newest_in
SELECT min(l.at), max(l.at)
FROM description d CROSS JOIN thing t ON t.no = d.thing
CROSS JOIN series s ON s.thing = t.id CROSS JOIN latest l ON l.series = s.no
WHERE d.dataset = ?1 AND t.dataset = ?1 AND t.gone = 0
  AND t.type NOT IN (SELECT value FROM json_each(?2));

-- name: properties_in
SELECT j.key, j.type, count(*)
FROM description d CROSS JOIN thing t ON t.no = d.thing
CROSS JOIN json_each(t.document, '$.properties') j
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
