-- Statements for what has been used, and what may be.

-- name: usage_latency
SELECT latency FROM usage_count WHERE length = ? AND at = ? AND api = ? AND version = ?
AND operation = ? AND application = ?;
-- name: add_usage
INSERT INTO usage_count (length, at, api, version, operation, application,
  good, moved, refused, failed, latency)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (length, at, api, version, operation, application) DO UPDATE SET
  good = good + excluded.good, moved = moved + excluded.moved,
  refused = refused + excluded.refused, failed = failed + excluded.failed,
  latency = excluded.latency;
-- name: usage_between
SELECT at, api, version, operation, application, good, moved, refused, failed, latency
FROM usage_count WHERE length = ?1 AND at >= ?2 AND at < ?3
  AND (?4 IS NULL OR application = ?4) AND (?5 IS NULL OR api = ?5)
ORDER BY at, api, version, operation, application;
-- name: drop_old_usage
DELETE FROM usage_count WHERE (length = 'hour' AND at < ?1) OR (length = 'day' AND at < ?2);
-- name: quota_used
SELECT count FROM quota_count WHERE application = ? AND product = ? AND month = ?;
-- name: quotas_used
SELECT product, count FROM quota_count WHERE application = ? AND month = ?;
-- name: keep_quota
INSERT INTO quota_count (application, product, month, count) VALUES (?, ?, ?, ?)
ON CONFLICT (application, product, month) DO UPDATE SET count = max(count, excluded.count);
-- name: drop_old_quotas
DELETE FROM quota_count WHERE month < ?;
-- name: let_in
SELECT application, product, plan FROM application_wish WHERE state = 'let-in';
