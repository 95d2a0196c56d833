-- name: asked_for
SELECT datasets FROM outlet;

-- name: outlet_names
SELECT name FROM outlet;

-- name: last_news
SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'news'), 0);

-- name: put_outlet
INSERT INTO outlet (name, cursor, datasets) VALUES (?, ?, ?)
ON CONFLICT (name) DO UPDATE SET datasets = excluded.datasets;

-- name: drop_outlet
DELETE FROM outlet WHERE name = ?;

-- name: insert_news
INSERT INTO news (dataset, body) VALUES ...;

-- name: news_after
SELECT seq, dataset, body FROM news WHERE seq > ? ORDER BY seq LIMIT ?;

-- name: outlet_cursor
SELECT cursor FROM outlet WHERE name = ?;

-- name: move_outlet
UPDATE outlet SET cursor = ?2 WHERE name = ?1 AND cursor < ?2;

-- name: skip_news
UPDATE outlet SET missed = missed + (
  SELECT count(*) FROM news WHERE seq > outlet.cursor AND seq <= ?1), cursor = ?1
WHERE cursor < ?1;

-- name: trim_news
DELETE FROM news WHERE seq <= coalesce((SELECT min(cursor) FROM outlet), seq);

-- name: told
SELECT name, value FROM told WHERE outlet = ? AND name IN (SELECT value FROM json_each(?));

-- name: mark_told
INSERT INTO told (outlet, name, value) VALUES ...
ON CONFLICT (outlet, name) DO UPDATE SET value = excluded.value;

-- name: put_outgoing
INSERT INTO outgoing (outlet, id, receiver, put, due, message) VALUES (?1, ?2, ?3, ?4, ?4, ?5)
ON CONFLICT (outlet, id, receiver) DO NOTHING RETURNING seq;

-- name: due_outgoing
SELECT seq, outlet, id, receiver, put, due, wait, tries, why, state, message FROM outgoing
WHERE outlet = ?1 AND state = 0 AND due <= ?2
  AND seq NOT IN (SELECT value FROM json_each(?3)) ORDER BY due, seq LIMIT ?4;

-- name: first_outgoing
SELECT seq, outlet, id, receiver, put, due, wait, tries, why, state, message FROM outgoing
WHERE seq IN (
    SELECT (SELECT min(seq) FROM outgoing o
            WHERE o.outlet = ?1 AND o.state = 0 AND o.receiver = r.value)
    FROM json_each(?5) r)
  AND due <= ?2 AND seq NOT IN (SELECT value FROM json_each(?3)) ORDER BY due, seq LIMIT ?4;

-- name: next_outgoing
SELECT min(due) FROM outgoing
WHERE outlet = ?1 AND state = 0 AND seq NOT IN (SELECT value FROM json_each(?2));

-- name: next_first_outgoing
SELECT min(due) FROM outgoing
WHERE seq IN (
    SELECT (SELECT min(seq) FROM outgoing o
            WHERE o.outlet = ?1 AND o.state = 0 AND o.receiver = r.value)
    FROM json_each(?3) r)
  AND seq NOT IN (SELECT value FROM json_each(?2));

-- name: sent_outgoing
UPDATE outgoing SET state = 2, due = ?2, why = '', message = x'', tries = tries + 1 WHERE seq = ?1;

-- name: failed_outgoing
UPDATE outgoing SET due = ?2, wait = ?3, why = ?4, tries = tries + 1 WHERE seq = ?1 AND state = 0;

-- name: aside_outgoing
UPDATE outgoing SET state = 1, due = ?2, why = ?3, tries = tries + 1 WHERE seq = ?1 AND state = 0;

-- name: drop_outgoing
UPDATE outgoing SET state = 3, due = ?2, why = ?3, message = x'' WHERE seq = ?1 AND state = 0;

-- name: outgoing_of
SELECT seq, outlet, id, receiver, put, due, wait, tries, why, state, message FROM outgoing
WHERE outlet = ?1 AND id IN (SELECT value FROM json_each(?2)) ORDER BY seq;

-- name: aside_strangers
UPDATE outgoing SET state = 1, due = ?2, why = ?4
WHERE outlet = ?1 AND state = 0 AND receiver NOT IN (SELECT value FROM json_each(?3));

-- name: overfull_outgoing
UPDATE outgoing SET state = 1, due = ?2, why = ?4 WHERE seq IN (
  SELECT seq FROM outgoing WHERE outlet = ?1 AND state = 0 ORDER BY seq DESC LIMIT -1 OFFSET ?3);

-- name: clamp_outgoing
UPDATE outgoing SET due = ?2 + wait WHERE outlet = ?1 AND state = 0 AND due > ?2 + wait;

-- name: hurry_outgoing
UPDATE outgoing SET due = ?2 WHERE outlet = ?1 AND state = 0 AND due > ?2;

-- name: again_outgoing
UPDATE outgoing SET state = 0, put = ?2, due = ?2, wait = 0, tries = 0
WHERE outlet = ?1 AND state = 1 AND (?3 IS NULL OR seq = ?3) RETURNING seq;

-- name: outgoing_counts
SELECT
  (SELECT count(*) FROM outgoing WHERE outlet = ?1 AND state = 0),
  (SELECT count(*) FROM outgoing WHERE outlet = ?1 AND state = 1),
  (SELECT put FROM outgoing WHERE outlet = ?1 AND state = 0 ORDER BY seq LIMIT 1),
  (SELECT max(due) FROM outgoing WHERE outlet = ?1 AND state = 2),
  coalesce((SELECT why FROM outgoing WHERE outlet = ?1 AND state = 0 ORDER BY seq LIMIT 1), ''),
  coalesce((SELECT missed FROM outlet WHERE name = ?1), 0);

-- name: outgoing_list
SELECT seq, outlet, id, receiver, put, due, wait, tries, why, state, message FROM outgoing
WHERE outlet = ?1 AND state = ?2 ORDER BY seq LIMIT ?3;

-- name: outgoing_outlets
SELECT outlet FROM outgoing GROUP BY outlet;

-- name: forget_sent
DELETE FROM outgoing WHERE outlet = ?1 AND state IN (2, 3) AND due < ?2;

-- name: forget_ended
DELETE FROM outgoing WHERE seq IN (
  SELECT seq FROM outgoing WHERE outlet = ?1 AND state = ?2 ORDER BY seq DESC LIMIT -1 OFFSET ?3)
RETURNING 1;
