-- name: key_named
SELECT name, use, about, wrapped_by, wrapped FROM key WHERE name = ?;

-- name: key_in_use
SELECT name, use, about, wrapped_by, wrapped FROM key
WHERE use = ? AND about = ? AND retired IS NULL;

-- name: keys_wrapped
SELECT name, use, about, wrapped_by, wrapped FROM key WHERE use <> 'municipality';

-- name: keys_of_municipality
SELECT name, use, about, wrapped_by, wrapped FROM key WHERE use = 'municipality';

-- name: keys_of_ledger
SELECT name, about, retired FROM key WHERE use = 'ledger' ORDER BY about, name;

-- name: key_counts
SELECT use, count(*), min(made), max(made) FROM key GROUP BY use ORDER BY use;

-- name: put_key
INSERT INTO key (name, use, about, wrapped_by, wrapped, made) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING;

-- name: wrap_key
UPDATE key SET wrapped_by = ?, wrapped = ? WHERE name = ?;

-- name: retire_key
UPDATE key SET retired = ? WHERE use = ? AND about = ? AND retired IS NULL;

-- name: destroy_key
DELETE FROM key WHERE name = ? RETURNING 1;

-- name: keys_retired
SELECT name FROM key WHERE use = ? AND about = ? AND retired IS NOT NULL;
