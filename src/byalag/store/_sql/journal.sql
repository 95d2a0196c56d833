-- name: add_line
INSERT INTO journal (book, subject, at, kind, who, document) VALUES (?, ?, ?, ?, ?, ?)
RETURNING seq;

-- name: lines
SELECT seq, subject, at, kind, who, document FROM journal WHERE book = ? AND seq > ?
ORDER BY seq LIMIT ?;

-- name: lines_of
SELECT seq, subject, at, kind, who, document FROM journal
WHERE book = ? AND subject = ? AND seq > ? ORDER BY seq LIMIT ?;

-- name: put_keepsake
INSERT INTO keepsake (book, subject, name, at, document) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (book, subject, name) DO UPDATE SET at = excluded.at, document = excluded.document;

-- name: keepsakes
SELECT subject, at, document FROM keepsake WHERE book = ? AND name = ? ORDER BY subject;

-- name: put_identity
INSERT INTO identity (book, subject, at, document) VALUES (?, ?, ?, ?)
ON CONFLICT (book, subject) DO UPDATE SET at = excluded.at, document = excluded.document;

-- name: identity
SELECT at, document FROM identity WHERE book = ? AND subject = ?;
