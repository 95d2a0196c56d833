-- name: thing_row
SELECT no, origin, gone, document FROM thing WHERE id = ?;

-- name: things_ahead
SELECT t.id, t.no, t.origin, t.gone, t.document, d.dataset, d.document
FROM json_each(?) j CROSS JOIN thing t ON t.id = j.value
LEFT JOIN description d ON d.thing = t.no ORDER BY t.no, d.said, d.dataset;

-- name: descriptions
SELECT dataset, document FROM description WHERE thing = ? ORDER BY said, dataset;

-- name: describe
INSERT INTO description (thing, dataset, said, document) VALUES (
  ?1, ?2, (SELECT coalesce(max(said), 0) + 1 FROM description WHERE thing = ?1), ?3)
ON CONFLICT (thing, dataset) DO UPDATE SET document = excluded.document;

-- name: insert_thing
INSERT INTO thing (id, type, dataset, origin, municipality, sort_key, latitude, longitude, gone,
  document, asked) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?9, jsonb(?9)) RETURNING no;

-- name: update_thing
UPDATE thing SET type = ?, dataset = ?, municipality = ?, sort_key = ?, latitude = ?,
  longitude = ?, gone = 0, document = ?7, asked = jsonb(?7) WHERE no = ?8;

-- name: describe_again
INSERT INTO description (thing, dataset, said, document) VALUES ...
ON CONFLICT (thing, dataset) DO UPDATE SET document = excluded.document;

-- name: update_things
WITH v (type, dataset, municipality, sort_key, latitude, longitude, document, no) AS (VALUES ...)
UPDATE thing SET type = v.type, dataset = v.dataset, municipality = v.municipality,
  sort_key = v.sort_key, latitude = v.latitude, longitude = v.longitude, gone = 0,
  document = v.document, asked = jsonb(v.document)
FROM v WHERE thing.no = v.no;

-- name: hide_thing
UPDATE thing SET gone = 1 WHERE no = ?;

-- name: place_thing
INSERT OR REPLACE INTO place VALUES (?1, ?2, ?2, ?3, ?3);

-- name: unplace_thing
DELETE FROM place WHERE no = ?;

-- name: drop_description
DELETE FROM description WHERE thing = ? AND dataset = ?;

-- name: drop_thing
DELETE FROM thing WHERE no = ?;

-- name: insert_series
INSERT INTO series (id, thing, property, dataset, origin, unit, sensor, kind, cadence, name,
  relations, details)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING no;

-- name: update_series
UPDATE series SET thing = ?, property = ?, dataset = ?, unit = ?, sensor = ?, kind = ?,
  cadence = ?, name = ?, relations = ?, details = ? WHERE no = ?;

-- name: series_row
SELECT no, origin, id, thing, property, dataset, unit, sensor, kind, cadence, name, relations,
  details
FROM series WHERE id = ?;

-- name: series_ahead
SELECT s.no, s.origin, (SELECT at FROM latest WHERE series = s.no),
  (SELECT max(last) FROM chunk WHERE series = s.no),
  s.id, s.thing, s.property, s.dataset, s.unit, s.sensor, s.kind, s.cadence, s.name, s.relations,
  s.details
FROM json_each(?) j CROSS JOIN series s ON s.id = j.value;

-- name: insert_link
INSERT INTO link VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING 1;

-- name: delete_link
DELETE FROM link WHERE thing = ? AND property = ? AND series = ? AND origin = ? RETURNING 1;

-- name: thing
SELECT document FROM thing WHERE id = ? AND gone = 0;

-- name: things
SELECT document FROM thing WHERE id IN (SELECT value FROM json_each(?)) AND gone = 0;

-- name: series_of
SELECT id, thing, property, dataset, unit, sensor, kind, cadence, name, relations, details, thing
FROM series WHERE thing IN (SELECT value FROM json_each(?1))
UNION ALL
SELECT s.id, s.thing, s.property, s.dataset, s.unit, s.sensor, s.kind, s.cadence, s.name,
  s.relations, s.details, l.thing
FROM link l JOIN series s ON s.id = l.series
WHERE l.thing IN (SELECT value FROM json_each(?1)) AND s.thing <> l.thing
ORDER BY 1;

-- name: links_to
SELECT thing, property, series FROM link WHERE thing IN (SELECT value FROM json_each(?))
ORDER BY thing, property, series;

-- name: linked
SELECT DISTINCT thing FROM link ORDER BY thing;

-- name: find
SELECT document FROM thing WHERE type = ? AND gone = 0 AND sort_key > ''
ORDER BY sort_key, id LIMIT ? OFFSET ?;

-- name: find_several
SELECT t.document FROM (
  SELECT no, sort_key, id FROM thing
  WHERE type IN (SELECT value FROM json_each(?1)) AND gone = 0 AND sort_key > ''
    AND (?2 IS NULL OR municipality = ?2)
  ORDER BY sort_key, id LIMIT ?3 OFFSET ?4) found
JOIN thing t ON t.no = found.no ORDER BY found.sort_key, found.id;

-- name: find_in_municipality
SELECT document FROM thing WHERE type = ? AND municipality = ? AND gone = 0
ORDER BY sort_key, id LIMIT ? OFFSET ?;

-- name: count
SELECT count(*) FROM thing WHERE type = ? AND gone = 0 AND sort_key > '';

-- name: count_in_municipality
SELECT count(*) FROM thing WHERE type = ? AND municipality = ? AND gone = 0;

-- name: count_placed
SELECT count(*) FROM thing
WHERE type = ?1 AND gone = 0 AND latitude IS NOT NULL AND (?2 IS NULL OR municipality = ?2);

-- name: in_box
SELECT t.no, t.id, t.sort_key, t.latitude, t.longitude
FROM place p CROSS JOIN thing t ON t.no = p.no
WHERE p.north >= ?1 AND p.east >= ?2 AND p.south <= ?3 AND p.west <= ?4
  AND t.type IN (SELECT value FROM json_each(?5)) AND t.gone = 0 AND (?6 IS NULL OR t.municipality = ?6);

-- name: documents
SELECT no, document FROM thing WHERE no IN (SELECT value FROM json_each(?));

-- name: things_of_dataset
SELECT t.no, t.id, d.document FROM description d JOIN thing t ON t.no = d.thing
WHERE d.dataset = ?1 AND t.gone = 0 AND d.thing > ?2 ORDER BY d.thing LIMIT ?3;

-- name: described_in
SELECT d.document FROM description d JOIN thing t ON t.no = d.thing
WHERE d.dataset = ? AND t.gone = 0 ORDER BY t.id;

-- name: described_by
SELECT t.no, t.id FROM description d JOIN thing t ON t.no = d.thing
WHERE t.origin = ? AND d.dataset = ?;

-- name: origins_and_datasets
SELECT DISTINCT t.origin, d.dataset FROM description d JOIN thing t ON t.no = d.thing
WHERE t.origin <> ''
UNION
SELECT DISTINCT origin, dataset FROM series WHERE origin <> ''
UNION
SELECT DISTINCT origin, dataset FROM file WHERE origin <> '';
