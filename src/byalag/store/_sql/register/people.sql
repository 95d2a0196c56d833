-- Statements for people, their roles and their sessions.

-- name: put_person
INSERT INTO person (id, provider, name, municipality, first, last, before)
VALUES (?1, ?2, ?3, ?4, ?5, ?5, NULL)
ON CONFLICT (id) DO UPDATE SET
  provider = excluded.provider, name = excluded.name, municipality = excluded.municipality,
  before = person.last, last = excluded.last;
-- name: person_by_id
SELECT id, provider, name, municipality, first, last, before FROM person WHERE id = ?;
-- name: people_all
SELECT id, provider, name, municipality, first, last, before FROM person ORDER BY last DESC, id;
-- name: people_in
SELECT id, provider, name, municipality, first, last, before FROM person
WHERE municipality = ?1 AND ?1 <> ''
  OR id IN (SELECT person FROM person_role WHERE municipality = ?1)
ORDER BY name, id;
-- name: delete_person
DELETE FROM person WHERE id = ? RETURNING id;
-- name: put_role
INSERT INTO person_role (person, role, municipality, unit, at, who) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING RETURNING person;
-- name: delete_role
DELETE FROM person_role WHERE person = ? AND role = ? AND municipality = ? AND unit = ?
RETURNING person;
-- name: delete_roles_of
DELETE FROM person_role WHERE person = ?;
-- name: roles_of
SELECT role, municipality, unit FROM person_role WHERE person = ?
ORDER BY municipality, role, unit;
-- name: put_session
INSERT INTO session (digest, person, provider, name, assurance, claimed, begun, seen, until)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8);
-- name: session_by_digest
SELECT person, provider, name, assurance, claimed, begun, seen, until FROM session
WHERE digest = ?;
-- name: sessions_of
SELECT digest, provider, begun, seen, until FROM session WHERE person = ?1 AND until > ?2
ORDER BY seen DESC;
-- name: touch_session
UPDATE session SET seen = ?2 WHERE digest = ?1 AND seen < ?2;
-- name: delete_session
DELETE FROM session WHERE digest = ?;
-- name: delete_sessions_of
DELETE FROM session WHERE person = ?;
-- name: delete_old_sessions
DELETE FROM session WHERE until <= ?1 OR seen <= ?2;
-- name: put_login
INSERT INTO login (state, provider, browser, nonce, verifier, onward, language, place, at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?);
-- name: logins_from
SELECT count(*) FROM login WHERE place = ? AND at > ?;
-- name: take_login
DELETE FROM login WHERE state = ?
RETURNING provider, browser, nonce, verifier, onward, language, at;
-- name: delete_old_logins
DELETE FROM login WHERE at <= ?;
-- name: put_guess
INSERT INTO guess (what, fails, last) VALUES (?1, 1, ?2)
ON CONFLICT (what) DO UPDATE SET
  fails = CASE WHEN guess.last < ?3 THEN 1 ELSE guess.fails + 1 END, last = max(guess.last, ?2);
-- name: guesses_since
SELECT what, fails, last FROM guess WHERE last >= ?;
-- name: delete_guess
DELETE FROM guess WHERE what = ?;
-- name: delete_old_guesses
DELETE FROM guess WHERE last < ?;
