-- name: add_line
INSERT INTO journal (book, subject, at, kind, who, matter, ends, document)
VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING seq;

-- name: lines
SELECT seq, subject, at, kind, who, matter, ends, document FROM journal
WHERE book = ? AND seq > ? ORDER BY seq LIMIT ?;

-- name: lines_of
SELECT seq, subject, at, kind, who, matter, ends, document FROM journal
WHERE book = ? AND subject = ? AND seq > ? ORDER BY seq LIMIT ?;

-- name: put_keepsake
INSERT INTO keepsake (book, subject, name, at, document) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (book, subject, name) DO UPDATE SET at = excluded.at, document = excluded.document;

-- name: keepsakes
SELECT subject, at, document FROM keepsake WHERE book = ? AND name = ? ORDER BY subject;

-- name: keepsakes_of
SELECT name, at, document FROM keepsake WHERE book = ? AND subject = ? ORDER BY name;

-- name: drop_keepsake
DELETE FROM keepsake WHERE book = ? AND subject = ?;

-- name: put_identity
INSERT INTO identity (book, subject, at, document) VALUES (?, ?, ?, ?)
ON CONFLICT (book, subject) DO UPDATE SET at = excluded.at, document = excluded.document;

-- name: identity
SELECT at, document FROM identity WHERE book = ? AND subject = ?;

-- name: drop_identity
DELETE FROM identity WHERE book = ? AND subject = ?;

-- name: has_subject
SELECT EXISTS (SELECT 1 FROM journal WHERE book = ?1 AND subject = ?2)
  OR EXISTS (SELECT 1 FROM keepsake WHERE book = ?1 AND subject = ?2)
  OR EXISTS (SELECT 1 FROM identity WHERE book = ?1 AND subject = ?2);

-- name: unsealed_subjects
SELECT count(DISTINCT subject) FROM journal WHERE book = ?1 AND substr(document, 1, ?2) <> ?3;

-- name: erase_lines
DELETE FROM journal WHERE subject = ? RETURNING seq;

-- name: erase_keepsakes
DELETE FROM keepsake WHERE subject = ? RETURNING name;

-- name: erase_identity
DELETE FROM identity WHERE subject = ? RETURNING at;

-- name: count_erased
SELECT count(*) FROM erased;

-- name: matters_ended
SELECT seq, subject, matter, at FROM journal WHERE book = ?1 AND ends AND at < ?2 AND seq > ?3
ORDER BY seq LIMIT ?4;

-- name: lines_of_matter
SELECT seq, at, kind, who, document FROM journal
WHERE book = ?1 AND subject = ?2 AND matter = ?3 AND matter <> '' AND seq <= ?4 ORDER BY seq;

-- name: drop_lines_of_matter
DELETE FROM journal
WHERE book = ?1 AND subject = ?2 AND matter = ?3 AND matter <> '' AND seq <= ?4;

-- name: count_journal_before
SELECT count(*), min(j.at), max(j.at) FROM journal e
JOIN journal j ON j.book = e.book AND j.subject = e.subject AND j.matter = e.matter
  AND j.matter <> '' AND j.seq <= e.seq
WHERE e.book = ?1 AND e.ends AND e.at < ?2;
