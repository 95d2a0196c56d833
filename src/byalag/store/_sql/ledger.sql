-- name: last_delivery
SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'delivery'), 0);

-- name: delivery_of_key
SELECT seq, digest, translated, records, things, observations, set_aside, skipped
FROM delivery WHERE source = ? AND key = ?;

-- name: delivery_counts
SELECT translated, records, things, observations, set_aside, skipped, source
FROM delivery WHERE seq = ?;

-- name: insert_deliveries
INSERT INTO delivery (seq, source, part, received, media_type, url, key, digest, bytes,
  translated, records, things, observations, set_aside, skipped, mapping) VALUES ...;

-- name: insert_bodies
INSERT INTO body (delivery, page, packed, content, name) VALUES ...;

-- name: mark_translated
UPDATE delivery SET translated = ?, records = ?, things = ?, observations = ?, set_aside = ?,
  skipped = ?, mapping = ? WHERE seq = ?;

-- name: delivery
SELECT seq, source, received, part, media_type, url FROM delivery WHERE seq = ?;

-- name: bodies
SELECT packed, content, name FROM body WHERE delivery = ? ORDER BY page;

-- name: newest_delivery
SELECT max(seq) FROM delivery WHERE source = ? AND part = ?;

-- name: next_untranslated
SELECT min(seq) FROM delivery WHERE translated IS NULL AND seq > ?;

-- name: deliveries
SELECT seq, source, part, received, records, things, observations, set_aside, skipped, bytes,
  translated FROM delivery WHERE source = ? ORDER BY seq DESC LIMIT ?;

-- name: all_deliveries
SELECT seq, source, part, received, records, things, observations, set_aside, skipped, bytes,
  translated FROM delivery ORDER BY seq DESC LIMIT ?;

-- name: ledger_size
SELECT d.source, count(*), sum(d.bytes),
  sum((SELECT coalesce(sum(length(content)), 0) FROM body b WHERE b.delivery = d.seq)),
  min(d.received)
FROM delivery d GROUP BY d.source ORDER BY d.source;

-- name: recall
SELECT value FROM memory WHERE name = ?;

-- name: recalled
SELECT name, value FROM memory WHERE name >= ?1 AND substr(name, 1, ?2) = ?1 ORDER BY name;

-- name: forget
DELETE FROM memory WHERE name = ?;

-- name: remember
INSERT INTO memory VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- name: changed
SELECT value FROM counter WHERE name = 'changed';

-- name: count_change
UPDATE counter SET value = value + 1 WHERE name = 'changed';

-- name: count_description
INSERT INTO counter VALUES ('described', 1)
ON CONFLICT (name) DO UPDATE SET value = value + 1;

-- name: states
SELECT value, coalesce((SELECT value FROM counter WHERE name = 'described'), 0)
FROM counter WHERE name = 'changed';

-- name: described
SELECT coalesce((SELECT value FROM counter WHERE name = 'described'), 0);

-- name: counts
SELECT
  (SELECT count(*) FROM delivery),
  (SELECT count(*) FROM thing WHERE gone = 0 AND dataset <> ''),
  (SELECT count(*) FROM series),
  (SELECT count(*) FROM observation),
  (SELECT coalesce(sum(n), 0) FROM chunk),
  (SELECT count(*) FROM chunk),
  (SELECT coalesce(sum(open), 0) FROM reason),
  (SELECT count(*) FROM outbox);
