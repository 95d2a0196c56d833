-- name: imply
INSERT INTO thing (id, type, dataset, origin, municipality, sort_key, latitude, longitude, gone,
  document, asked) VALUES (?1, ?2, '', '', NULL, '', NULL, NULL, 0, ?3, jsonb(?3))
ON CONFLICT (id) DO UPDATE SET gone = 0, document = excluded.document, asked = excluded.asked
WHERE gone = 1 AND dataset = '';

-- name: imply_location
INSERT INTO thing_relation (no, name, object) VALUES (?, 'locations', ?) ON CONFLICT DO NOTHING;

-- name: imply_these_features
INSERT INTO series_relation (no, name, object)
SELECT j.value ->> 0, 'feature', t.id FROM json_each(?) j
CROSS JOIN thing t ON t.id = j.value ->> 1
CROSS JOIN thing_relation r ON r.no = t.no AND r.name = 'locations' AND r.object = t.id
WHERE true ON CONFLICT DO NOTHING;

-- name: imply_features
INSERT INTO series_relation (no, name, object)
SELECT no, 'feature', thing FROM series
WHERE thing = ? AND json_extract(relations, '$.feature') IS NULL ON CONFLICT DO NOTHING;

-- name: unimply_features
DELETE FROM series_relation WHERE object = ?1 AND name = 'feature' AND no IN (
  SELECT no FROM series WHERE thing = ?1 AND json_extract(relations, '$.feature') IS NULL);

-- name: series_points_to
SELECT object FROM series_relation WHERE no = ? AND name IN ('observedProperty', 'sensor');

-- name: fade
UPDATE thing SET gone = 1
WHERE dataset = '' AND gone = 0 AND id IN (SELECT value FROM json_each(?))
  AND NOT EXISTS (SELECT 1 FROM series_relation r WHERE r.object = thing.id);

-- name: is_implied
SELECT 1 FROM thing WHERE id = ? AND dataset = '';

-- name: claim
UPDATE thing SET origin = ? WHERE id = ? AND dataset = '';

-- name: pointed_from
SELECT s.dataset, s.property, s.sensor FROM series_relation r JOIN series s ON s.no = r.no
WHERE r.object = ?1 AND r.name IN ('observedProperty', 'sensor')
  AND json_extract(s.relations, '$.' || r.name) IS NULL LIMIT 1;

-- name: unclaim
UPDATE thing SET type = ?1, dataset = '', origin = '', municipality = NULL, sort_key = '',
  latitude = NULL, longitude = NULL, gone = 0, document = ?2, asked = jsonb(?2) WHERE no = ?3;

-- name: extend_thing
INSERT OR REPLACE INTO extent VALUES (?, ?, ?, ?, ?);

-- name: unextend_thing
DELETE FROM extent WHERE no = ?;
