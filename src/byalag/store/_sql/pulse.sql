-- name: pulse
SELECT
  (SELECT coalesce(max(seq), 0) FROM delivery),
  (SELECT count(*) FROM delivery WHERE translated IS NULL),
  (SELECT coalesce(max(seq), 0) FROM outbox),
  (SELECT coalesce(max(seq), 0) FROM audit);

-- name: register_pulse
SELECT
  (SELECT coalesce(max(seq), 0) FROM audit),
  (SELECT count(*) FROM session WHERE until > ?);
