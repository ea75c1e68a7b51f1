-- Times are milliseconds since 1970 (UTC), fees are minor units, ids are 24 lower-case hex digits.
CREATE TABLE calendars (
  id         TEXT    NOT NULL PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 40 AND id NOT GLOB '*[^a-z0-9-]*'),
  window_ms  INTEGER NOT NULL CHECK (window_ms BETWEEN 0 AND 604800000),
  boundary   TEXT    NOT NULL CHECK (boundary IN ('inclusive', 'exclusive')),
  version    INTEGER NOT NULL CHECK (version >= 1),
  created_at INTEGER NOT NULL
) STRICT;
INSERT INTO calendars VALUES ('default', 10800000, 'inclusive', 1, CAST(unixepoch('subsec') * 1000 AS INTEGER));

CREATE TABLE services (
  id         TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 24 AND id NOT GLOB '*[^0-9a-f]*'),
  name       TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  sort_name  TEXT    NOT NULL,
  created_at INTEGER NOT NULL,
  version    INTEGER NOT NULL CHECK (version >= 1),
  deleted_at INTEGER
) STRICT;
CREATE INDEX services_by_created_at ON services (created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX services_by_name ON services (sort_name, id) WHERE deleted_at IS NULL;

-- A number is taken from here and never given twice, also after its order was deleted.
CREATE TABLE counters (
  name  TEXT    NOT NULL PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT;
INSERT INTO counters VALUES ('orders', 0);

-- `json` is the order as it leaves, in the shape of that number; the columns are the truth.
CREATE TABLE orders (
  number         INTEGER PRIMARY KEY CHECK (number >= 1),
  id             TEXT    NOT NULL UNIQUE CHECK (length(id) = 24 AND id NOT GLOB '*[^0-9a-f]*'),
  calendar       TEXT    NOT NULL REFERENCES calendars (id),
  datetime       INTEGER NOT NULL CHECK (datetime BETWEEN -62135596800000 AND 253402300799999),
  totalfee_minor INTEGER NOT NULL CHECK (totalfee_minor BETWEEN 0 AND 100000000000),
  services       TEXT    NOT NULL CHECK (json_type(services) = 'array'),
  status         TEXT    NOT NULL CHECK (status IN ('scheduled', 'cancelled')),
  version        INTEGER NOT NULL CHECK (version >= 1),
  created_at     INTEGER NOT NULL CHECK (created_at BETWEEN -62135596800000 AND 253402300799999),
  updated_at     INTEGER NOT NULL CHECK (updated_at BETWEEN -62135596800000 AND 253402300799999),
  cancelled_at   INTEGER CHECK (cancelled_at BETWEEN -62135596800000 AND 253402300799999),
  cancel_reason  TEXT,
  shape          INTEGER NOT NULL,
  json           TEXT    NOT NULL
) STRICT;
CREATE INDEX orders_by_datetime ON orders (datetime);
CREATE INDEX orders_by_created_at ON orders (created_at);
CREATE INDEX orders_by_calendar_number ON orders (calendar, number);
-- Serves the rule too: the status stands in it, so that what is cancelled is passed over without reading its row.
CREATE INDEX orders_by_calendar_datetime ON orders (calendar, datetime, number, status);

-- Which orders name a service, in the order of their number and of their time.
CREATE TABLE order_services (
  service  TEXT    NOT NULL,
  number   INTEGER NOT NULL,
  datetime INTEGER NOT NULL,
  PRIMARY KEY (service, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX order_services_by_datetime ON order_services (service, datetime, number);
