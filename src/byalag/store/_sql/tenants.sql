-- name: drop_cursor
DELETE FROM cursor WHERE origin = ?;

-- name: drop_memory
DELETE FROM memory WHERE name = ?;

-- name: origins_open
SELECT origin, id FROM dataset WHERE open ORDER BY origin, id;
