-- name: delivery_summary
SELECT seq, source, part, received, records, things, observations, set_aside, skipped, bytes,
  translated FROM delivery WHERE seq = ?;
