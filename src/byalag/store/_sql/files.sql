-- name: newest_own_file
SELECT version, digest, size, media_type, at FROM file
WHERE origin = '' AND dataset = ? AND name = ? ORDER BY version DESC LIMIT 1;

-- name: insert_file
INSERT INTO file (origin, dataset, name, version, digest, size, media_type, at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING 1;

-- name: own_files
SELECT dataset, name, version, digest, size, media_type, at FROM file
WHERE origin = '' AND dataset = ? ORDER BY name, version;

-- name: drop_files
DELETE FROM file WHERE origin = ? AND dataset = ? RETURNING 1;

-- name: files
SELECT dataset, name, version, digest, size, media_type, at, origin FROM file
WHERE dataset = ?1 AND origin = (SELECT min(origin) FROM file WHERE dataset = ?1)
ORDER BY name, version DESC LIMIT ?2 OFFSET ?3;

-- name: count_files
SELECT count(*) FROM file
WHERE dataset = ?1 AND origin = (SELECT min(origin) FROM file WHERE dataset = ?1);

-- name: one_file
SELECT dataset, name, version, digest, size, media_type, at, origin FROM file
WHERE dataset = ?1 AND name = ?2 AND (?3 IS NULL OR version = ?3)
ORDER BY origin, version DESC LIMIT 1;
