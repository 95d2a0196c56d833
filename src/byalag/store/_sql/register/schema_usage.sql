-- What has been used: answers by hour and by day, never by person or address. The application is
-- empty for whoever shows no key of any. Latency is counted in steps (governance/_latency.py).
CREATE TABLE IF NOT EXISTS usage_count (
  length TEXT NOT NULL CHECK (length IN ('hour', 'day')),
  at INTEGER NOT NULL,
  api TEXT NOT NULL,
  version TEXT NOT NULL,
  operation TEXT NOT NULL,
  application TEXT NOT NULL,
  good INTEGER NOT NULL,
  moved INTEGER NOT NULL,
  refused INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  latency BLOB NOT NULL,
  PRIMARY KEY (length, at, api, version, operation, application)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS usage_count_of ON usage_count (length, application, at);
-- How many requests an application has made of a product in a month ("2026-11").
CREATE TABLE IF NOT EXISTS quota_count (
  application TEXT NOT NULL,
  product TEXT NOT NULL,
  month TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (application, product, month)
) WITHOUT ROWID;
