-- name: drop_thing_relations
DELETE FROM thing_relation WHERE no = ?;

-- name: insert_thing_relations
INSERT INTO thing_relation (no, name, object) VALUES ... ON CONFLICT DO NOTHING;

-- name: drop_series_relations
DELETE FROM series_relation WHERE no = ?;

-- name: insert_series_relations
INSERT INTO series_relation (no, name, object) VALUES ... ON CONFLICT DO NOTHING;

-- name: thing_number
SELECT no FROM thing WHERE id = ? AND gone = 0;

-- name: series_number
SELECT no FROM series WHERE id = ?;

-- name: thing_numbered
SELECT document FROM thing WHERE no = ? AND gone = 0;

-- name: series_numbered
SELECT id, thing, property, dataset, unit, sensor, kind, cadence, name, relations, details
FROM series WHERE no = ?;

-- name: observation_at
SELECT at, value, flag, extra FROM observation WHERE series = ? AND at = ?;

-- name: next_thing_number
SELECT coalesce(max(no), 0) + 1 FROM thing;

-- name: own_series_of
SELECT no, id FROM series WHERE thing = ? ORDER BY no;

-- name: drop_descriptions
DELETE FROM description WHERE thing = ?;

-- name: empty_thing
UPDATE thing SET document = ?1, asked = jsonb(?1), sort_key = '', latitude = NULL, longitude = NULL
WHERE no = ?2;

-- name: has_observation_at
SELECT 1 FROM observation WHERE series = ?1 AND at = ?2
UNION ALL
SELECT 1 FROM chunk WHERE series = ?1 AND first <= ?2 AND last >= ?2 LIMIT 1;
