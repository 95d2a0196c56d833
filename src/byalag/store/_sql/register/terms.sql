-- name: insert_proposal
INSERT INTO proposal (word, municipality, document, who, at) VALUES (?, ?, ?, ?, ?) RETURNING no;

-- name: proposals
SELECT no, word, municipality, document, who, at, state, decided FROM proposal
WHERE ?1 = '' OR state = ?1 ORDER BY no DESC;

-- name: one_proposal
SELECT no, word, municipality, document, who, at, state, decided FROM proposal WHERE no = ?;

-- name: insert_vote
INSERT INTO vote (proposal, municipality, yes, who, at, why) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING RETURNING 1;

-- name: votes_on
SELECT municipality, yes, who, at, why FROM vote WHERE proposal = ? ORDER BY at, municipality;

-- name: decide_proposal
UPDATE proposal SET state = ?2, decided = ?3 WHERE no = ?1 AND state = 'open' RETURNING 1;

-- name: supersede_proposals
UPDATE proposal SET state = 'superseded' WHERE word = ?1 AND state = 'adopted' AND no <> ?2;
