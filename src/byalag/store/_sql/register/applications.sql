-- Statements for applications and what they have asked to use.

-- name: put_application
INSERT INTO application (id, owner, name, organisation, contact, purpose, created)
VALUES (?, ?, ?, ?, ?, ?, ?);
-- name: alter_application
UPDATE application SET name = ?3, organisation = ?4, contact = ?5, purpose = ?6
WHERE id = ?1 AND owner = ?2 RETURNING id;
-- name: application_by_id
SELECT id, owner, name, organisation, contact, purpose, created FROM application WHERE id = ?;
-- name: applications_of
SELECT id, owner, name, organisation, contact, purpose, created FROM application
WHERE owner = ? ORDER BY created, id;
-- name: count_applications_of
SELECT count(*) FROM application WHERE owner = ?;
-- name: delete_application
DELETE FROM application WHERE id = ? AND owner = ? RETURNING id;
-- name: put_wish
INSERT INTO application_wish (application, product, plan, state, asked, decided, why)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, '')
ON CONFLICT (application, product) DO UPDATE SET
  plan = excluded.plan, state = excluded.state, asked = excluded.asked,
  decided = excluded.decided, why = '';
-- name: decide_wish
UPDATE application_wish SET state = ?3, decided = ?4, why = ?5
WHERE application = ?1 AND product = ?2 AND state = ?6 RETURNING plan;
-- name: end_wish
DELETE FROM application_wish WHERE application = ? AND product = ? RETURNING plan;
-- name: end_wishes
DELETE FROM application_wish WHERE application = ?;
-- name: wishes_of
SELECT application, product, plan, state, asked, decided, why FROM application_wish
WHERE application = ? ORDER BY product;
-- name: wishes_in
SELECT application, product, plan, state, asked, decided, why FROM application_wish
WHERE state = ? ORDER BY asked, application, product LIMIT 500;
