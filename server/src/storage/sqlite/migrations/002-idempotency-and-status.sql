-- What keyed writes came to, for their repeats.
CREATE TABLE idempotency (
  caller      TEXT    NOT NULL,
  key         TEXT    NOT NULL,
  fingerprint TEXT    NOT NULL,
  outcome     TEXT    NOT NULL,
  created_at  INTEGER NOT NULL,
  PRIMARY KEY (caller, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_by_created_at ON idempotency (created_at);

-- Lists of one status, in the order of number (the row's own place) and of time.
CREATE INDEX orders_by_status ON orders (status);
CREATE INDEX orders_by_status_datetime ON orders (status, datetime);
