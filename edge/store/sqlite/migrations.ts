// The steps that bring a database to the shape this version needs. Steps are added at the end, never changed.

export const migrations: readonly string[] = [
  `CREATE TABLE devices (
     thumbprint TEXT PRIMARY KEY,
     name TEXT NOT NULL,
     created_at TEXT NOT NULL,
     expires_at TEXT NOT NULL,
     revoked_at TEXT
   ) STRICT;
   CREATE UNIQUE INDEX devices_good_names ON devices (name) WHERE revoked_at IS NULL;
   CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
   CREATE TABLE audit (
     id INTEGER PRIMARY KEY,
     at TEXT NOT NULL,
     who TEXT NOT NULL,
     action TEXT NOT NULL,
     detail TEXT NOT NULL
   ) STRICT;`,
  `CREATE TABLE administrators (
     id TEXT PRIMARY KEY,
     name TEXT NOT NULL,
     role TEXT NOT NULL,
     token_hash TEXT NOT NULL UNIQUE,
     created_at TEXT NOT NULL,
     expires_at TEXT NOT NULL,
     revoked_at TEXT
   ) STRICT;
   CREATE UNIQUE INDEX administrators_good_names ON administrators (name) WHERE revoked_at IS NULL;
   CREATE TABLE forwarding_changes (
     kind TEXT NOT NULL,
     id TEXT NOT NULL,
     value TEXT NOT NULL,
     changed_at TEXT NOT NULL,
     PRIMARY KEY (kind, id)
   ) STRICT;
   CREATE TABLE named_locations (
     id TEXT PRIMARY KEY,
     name TEXT NOT NULL,
     trusted INTEGER NOT NULL,
     ranges TEXT NOT NULL,
     created_at TEXT NOT NULL,
     modified_at TEXT NOT NULL
   ) STRICT;`,
];
