-- name: standings
SELECT code, state, why, since, renewed FROM municipality_standing ORDER BY code;

-- name: put_standing
INSERT INTO municipality_standing (code, state, why, since) VALUES (?, ?, ?, ?)
ON CONFLICT (code) DO UPDATE SET state = excluded.state, why = excluded.why, since = excluded.since;

-- name: renew_standing
INSERT INTO municipality_standing (code, state, why, since, renewed) VALUES (?, 'active', '', ?, 1)
ON CONFLICT (code) DO UPDATE SET renewed = renewed + 1;
