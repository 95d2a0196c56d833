-- Where shapes reach, as `place` is where points are.
CREATE VIRTUAL TABLE extent USING rtree (no, west, east, south, north);
INSERT INTO extent
SELECT no, box ->> 0, box ->> 1, box ->> 2, box ->> 3
FROM (SELECT no, box(document) AS box FROM thing WHERE gone = 0 AND document ->> '$.shape' IS NOT NULL)
WHERE box IS NOT NULL;

-- The document as SQLite reads it without parsing: what questions are asked of.
ALTER TABLE thing ADD COLUMN asked BLOB;
UPDATE thing SET asked = jsonb(document);
CREATE INDEX thing_called ON thing (asked ->> '$.name', no) WHERE gone = 0;

CREATE INDEX series_measures ON series (thing, property, kind);
DROP INDEX series_thing;

-- What older facts imply: see `byalag.store._implied`. This file comes after `step3_relations.sql`,
-- by its name, as that has made the tables.
INSERT INTO thing (id, type, dataset, origin, sort_key, gone, document, asked)
SELECT document ->> '$.id', document ->> '$.type', '', '', '', 0, document, jsonb(document) FROM (
  SELECT side('property', property, '') AS document FROM (SELECT DISTINCT property FROM series)
  UNION ALL
  SELECT side('sensor', dataset, sensor) FROM (SELECT DISTINCT dataset, sensor FROM series))
WHERE true ON CONFLICT (id) DO NOTHING;

INSERT INTO series_relation (no, name, object)
SELECT no, 'observedProperty', side('property', property, '') ->> '$.id' FROM series
UNION ALL
SELECT no, 'sensor', side('sensor', dataset, sensor) ->> '$.id' FROM series;

INSERT INTO thing_relation (no, name, object)
SELECT no, 'locations', id FROM thing WHERE gone = 0 AND latitude IS NOT NULL
  AND type NOT IN
    ('FeatureOfInterest', 'HistoricalLocation', 'Location', 'ObservedProperty', 'Sensor');

INSERT INTO series_relation (no, name, object)
SELECT s.no, 'feature', t.id FROM series s JOIN thing t ON t.id = s.thing
JOIN thing_relation r ON r.no = t.no AND r.name = 'locations' AND r.object = t.id;
