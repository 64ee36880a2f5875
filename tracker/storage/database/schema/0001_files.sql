-- The files of one area. Each area has these tables in a schema of its own; the schema is in the search path.
-- The number in `needs` says which version of the tables a program must know to work with them.
CREATE TABLE schema_version (
  version integer PRIMARY KEY,
  needs integer NOT NULL,
  applied timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- One row: the number of the last save, and the last recorded time. Every save locks it, so saves come one after the
-- other, and their numbers are seen in order.
CREATE TABLE head (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  revision bigint NOT NULL DEFAULT 0,
  last_recorded text NOT NULL DEFAULT ''
) WITH (fillfactor = 10);
INSERT INTO head DEFAULT VALUES;

-- The files now, byte for byte. Earlier contents are nowhere: the history of a record is in its own file.
-- A deleted file is a row without content, so that others learn of it. Such rows are removed after a while.
CREATE TABLE file (
  path text PRIMARY KEY CHECK (path <> '' AND path !~ '(^/|//|/$|(^|/)[.][.]?(/|$))'),
  content bytea,
  sha256 bytea GENERATED ALWAYS AS (sha256(content)) STORED,
  revision bigint NOT NULL,
  recorded timestamptz NOT NULL
);
CREATE INDEX file_revision ON file (revision);
