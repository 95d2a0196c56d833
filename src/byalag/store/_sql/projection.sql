-- name: insert_outbox
INSERT INTO outbox (dataset, body) VALUES ...;

-- name: outbox_after
SELECT seq, dataset, body FROM outbox WHERE seq > ? ORDER BY seq LIMIT ?;

-- name: trim_outbox
DELETE FROM outbox WHERE seq <= ?;

-- name: drop_from_outbox
DELETE FROM outbox WHERE dataset = ?;

-- name: datasets
SELECT origin, id, open, document FROM dataset ORDER BY origin DESC, id;

-- name: is_open
SELECT open FROM dataset WHERE id = ?1 AND origin IN (?2, '') ORDER BY origin DESC LIMIT 1;

-- name: is_personal
SELECT json_extract(CAST(document AS TEXT), '$.personal_data') FROM dataset
WHERE id = ? AND origin = '';

-- name: put_dataset
INSERT INTO dataset (origin, id, open, document) VALUES (?, ?, ?, ?)
ON CONFLICT (origin, id) DO UPDATE SET open = excluded.open, document = excluded.document;

-- name: drop_dataset
DELETE FROM dataset WHERE origin = ? AND id = ?;

-- name: cursor
SELECT seq FROM cursor WHERE origin = ?;

-- name: move_cursor
INSERT INTO cursor VALUES (?, ?) ON CONFLICT (origin) DO UPDATE SET seq = excluded.seq;

-- name: links_of
SELECT thing, property, series FROM link WHERE thing IN (SELECT value FROM json_each(?1))
UNION
SELECT thing, property, series FROM link WHERE series IN (SELECT value FROM json_each(?1));

-- name: links_of_dataset
SELECT l.thing, l.property, l.series FROM link l JOIN series s ON s.id = l.series
WHERE s.dataset = ? AND EXISTS (
  SELECT 1 FROM thing t JOIN description d ON d.thing = t.no
  JOIN dataset x ON x.origin = '' AND x.id = d.dataset
  WHERE t.id = l.thing AND x.open)
ORDER BY l.thing, l.property, l.series;
