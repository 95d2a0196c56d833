-- name: erased
SELECT mark FROM erased;

-- name: salt
SELECT value FROM salt;

-- name: make_salt
INSERT INTO salt VALUES (?);

-- name: mark_erased
INSERT INTO erased VALUES (?, ?) ON CONFLICT DO NOTHING;

-- name: ids_of_things
SELECT id FROM thing UNION SELECT thing FROM series UNION SELECT subject FROM journal
UNION SELECT subject FROM keepsake UNION SELECT subject FROM identity ORDER BY 1;

-- name: unsaid
SELECT delivery FROM unsaid ORDER BY delivery;

-- name: put_unsaid
INSERT INTO unsaid VALUES (?) ON CONFLICT DO NOTHING;

-- name: drop_unsaid
DELETE FROM unsaid WHERE delivery = ?;

-- name: series_of_thing
SELECT no, id FROM series WHERE thing = ? ORDER BY no;

-- name: things_pointing_to
SELECT DISTINCT t.no, t.id FROM thing_relation r JOIN thing t ON t.no = r.no WHERE r.object = ?;

-- name: drop_pointing_to
DELETE FROM series_relation WHERE object = ?;

-- name: drop_messages_about
DELETE FROM outgoing WHERE instr(message, ?) > 0 RETURNING 1;

-- name: drop_told_about
DELETE FROM told WHERE instr(name, ?1) > 0 OR instr(value, ?1) > 0 RETURNING 1;

-- name: drop_memory_about
DELETE FROM memory WHERE instr(name, ?1) > 0 OR instr(value, ?2) > 0 RETURNING 1;

-- name: outbox_about
SELECT seq, body FROM outbox WHERE instr(body, ?) > 0;

-- name: news_about
SELECT seq, body FROM news WHERE instr(body, ?) > 0;

-- name: write_outbox_again
UPDATE outbox SET body = ?1 WHERE seq = ?2;

-- name: write_news_again
UPDATE news SET body = ?1 WHERE seq = ?2;

-- name: aside_of_source
SELECT seq, delivery, record, why, place FROM set_aside WHERE source = ?1 AND seq > ?2
ORDER BY seq LIMIT 500;

-- name: rewrite_delivery
UPDATE delivery SET digest = ?1, bytes = ?2, url = '' WHERE seq = ?3;
