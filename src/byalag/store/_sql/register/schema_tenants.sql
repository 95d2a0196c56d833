-- How a municipality stands in the hub, where it is not simply there. `renewed` grows each time its
-- store has been put back from a backup.
CREATE TABLE IF NOT EXISTS municipality_standing (
  code TEXT PRIMARY KEY,
  state TEXT NOT NULL CHECK (state IN ('active', 'paused', 'left')),
  why TEXT NOT NULL,
  since INTEGER NOT NULL,
  renewed INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
