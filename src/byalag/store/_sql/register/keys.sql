-- Statements for keys and access tokens.

-- name: put_api_key
INSERT INTO api_key (prefix, sha256, municipality, scopes, expires, revoked, application, note,
  made, made_by, former, former_until)
VALUES (?, ?, ?, ?, ?, NULL, ?, ?, ?, ?, '', NULL);
-- name: api_keys
SELECT prefix, sha256, municipality, scopes, expires, revoked, application, note, former,
  former_until FROM api_key ORDER BY made, prefix;
-- name: api_key_facts
SELECT k.prefix, k.made, k.made_by, u.last FROM api_key k LEFT JOIN key_use u USING (prefix);
-- name: api_key_uses
SELECT prefix, last FROM key_use;
-- name: revoke_api_key
UPDATE api_key SET revoked = ?2 WHERE prefix = ?1 AND revoked IS NULL RETURNING prefix;
-- name: revoke_api_keys_of
UPDATE api_key SET revoked = ?2 WHERE application = ?1 AND revoked IS NULL RETURNING prefix;
-- name: rotate_api_key
UPDATE api_key SET sha256 = ?2, former = ?3, former_until = ?4
WHERE prefix = ?1 AND revoked IS NULL AND sha256 = ?3 RETURNING prefix;
-- name: note_api_key_use
INSERT INTO key_use (prefix, last) VALUES (?1, ?2)
ON CONFLICT (prefix) DO UPDATE SET last = max(last, excluded.last);
-- name: api_key_changes
SELECT number FROM key_change;
-- name: put_token
INSERT INTO access_token (sha256, prefix, scopes, made, until) VALUES (?, ?, ?, ?, ?);
-- name: count_tokens
SELECT count(*) FROM access_token WHERE prefix = ? AND until > ?;
-- name: find_token
SELECT prefix, scopes, made, until FROM access_token WHERE sha256 = ?;
-- name: drop_token
DELETE FROM access_token WHERE sha256 = ?1 AND prefix = ?2 RETURNING prefix;
-- name: drop_old_tokens
DELETE FROM access_token WHERE until <= ?;
-- name: tell_api_keys_changed
UPDATE key_change SET number = number + 1;
