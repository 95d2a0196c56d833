-- How good each dataset was, day by day: so many of so many were as they should be. `day` is when
-- the UTC day begins. In the commons, only what is open; it goes when the dataset is closed.
CREATE TABLE quality (
  dataset TEXT NOT NULL,
  metric TEXT NOT NULL,
  day INTEGER NOT NULL,
  part INTEGER NOT NULL,
  whole INTEGER NOT NULL,
  PRIMARY KEY (dataset, metric, day)
) WITHOUT ROWID;
CREATE TRIGGER quality_closed AFTER UPDATE OF open ON dataset
WHEN old.origin <> '' AND NOT new.open BEGIN
  DELETE FROM quality WHERE dataset = old.id;
END;
CREATE TRIGGER quality_dropped AFTER DELETE ON dataset WHEN old.origin <> '' BEGIN
  DELETE FROM quality WHERE dataset = old.id;
END;
