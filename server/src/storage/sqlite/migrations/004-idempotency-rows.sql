-- A record is some 700 bytes. As a row in a table it is appended, and the tree of keys stays small; the tree
-- that had the rows themselves in it held five on a page, and wrote two fifths of the pages of a booking
-- (sqlite.org/withoutrowid.html: for rows under a twentieth of a page).
ALTER TABLE idempotency RENAME TO idempotency_of_schema_3;
CREATE TABLE idempotency (
  caller      TEXT    NOT NULL,
  key         TEXT    NOT NULL,
  fingerprint TEXT    NOT NULL,
  outcome     TEXT    NOT NULL,
  created_at  INTEGER NOT NULL,
  PRIMARY KEY (caller, key)
) STRICT;
INSERT INTO idempotency SELECT caller, key, fingerprint, outcome, created_at FROM idempotency_of_schema_3 ORDER BY created_at;
DROP TABLE idempotency_of_schema_3;
CREATE INDEX idempotency_by_created_at ON idempotency (created_at);
