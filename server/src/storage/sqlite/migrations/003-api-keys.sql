-- Keys are revoked, never removed: that one was ever made keeps the server closed.
CREATE TABLE api_keys (
  id           TEXT    NOT NULL PRIMARY KEY,
  name         TEXT    NOT NULL,
  scopes       TEXT    NOT NULL CHECK (json_type(scopes) = 'array'),
  secret_hash  TEXT    NOT NULL CHECK (length(secret_hash) = 64),
  created_at   INTEGER NOT NULL,
  expires_at   INTEGER,
  revoked_at   INTEGER,
  last_used_at INTEGER
) STRICT;
