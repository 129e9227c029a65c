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
  // A device stays the same while its certificates come and go; and invitations by which devices come.
  `DROP INDEX devices_good_names;
   ALTER TABLE devices RENAME TO devices_by_certificate;
   CREATE TABLE devices (
     id INTEGER PRIMARY KEY,
     name TEXT NOT NULL,
     created_at TEXT NOT NULL,
     revoked_at TEXT,
     profile TEXT
   ) STRICT;
   CREATE UNIQUE INDEX devices_good_names ON devices (name) WHERE revoked_at IS NULL;
   CREATE TABLE device_certificates (
     thumbprint TEXT PRIMARY KEY,
     device INTEGER NOT NULL REFERENCES devices (id),
     issued_at TEXT NOT NULL,
     expires_at TEXT NOT NULL,
     key_hash TEXT,
     certificate TEXT
   ) STRICT;
   CREATE INDEX device_certificates_devices ON device_certificates (device);
   INSERT INTO devices (id, name, created_at, revoked_at)
     SELECT rowid, name, created_at, revoked_at FROM devices_by_certificate;
   INSERT INTO device_certificates (thumbprint, device, issued_at, expires_at)
     SELECT thumbprint, rowid, created_at, expires_at FROM devices_by_certificate;
   DROP TABLE devices_by_certificate;
   CREATE TABLE invitations (
     id INTEGER PRIMARY KEY,
     secret_hash TEXT NOT NULL UNIQUE,
     device_name TEXT,
     profile TEXT,
     created_at TEXT NOT NULL,
     expires_at TEXT NOT NULL,
     revoked_at TEXT,
     redeemed_at TEXT,
     device INTEGER REFERENCES devices (id)
   ) STRICT;`,
  // What administrators publish, and to whom. Numbers are never used twice, so that a removed one names nothing else.
  `CREATE TABLE profile_revisions (
     revision INTEGER PRIMARY KEY AUTOINCREMENT,
     profile TEXT NOT NULL,
     content TEXT NOT NULL,
     published_at TEXT NOT NULL,
     who TEXT NOT NULL,
     note TEXT NOT NULL
   ) STRICT;
   CREATE INDEX profile_revisions_profiles ON profile_revisions (profile, revision);
   CREATE TABLE assignments (
     number INTEGER PRIMARY KEY AUTOINCREMENT,
     profile TEXT NOT NULL,
     target TEXT NOT NULL,
     name TEXT NOT NULL,
     effect TEXT NOT NULL,
     priority INTEGER,
     created_at TEXT NOT NULL,
     UNIQUE (profile, target, name)
   ) STRICT;
   CREATE TABLE device_groups (
     device INTEGER NOT NULL REFERENCES devices (id),
     name TEXT NOT NULL,
     PRIMARY KEY (device, name)
   ) STRICT;
   CREATE TABLE device_platforms (
     device INTEGER PRIMARY KEY REFERENCES devices (id),
     platform TEXT NOT NULL
   ) STRICT;
   CREATE TABLE profile_proposals (
     number INTEGER PRIMARY KEY AUTOINCREMENT,
     profile TEXT NOT NULL,
     content TEXT NOT NULL,
     base TEXT NOT NULL,
     source TEXT NOT NULL,
     proposed_at TEXT NOT NULL
   ) STRICT;`,
  // Devices that people enrol by signing in.
  `ALTER TABLE devices ADD COLUMN owner_issuer TEXT;
   ALTER TABLE devices ADD COLUMN owner_subject TEXT;
   ALTER TABLE devices ADD COLUMN owner_name TEXT;
   CREATE INDEX devices_owners ON devices (owner_issuer, owner_subject) WHERE owner_subject IS NOT NULL;
   CREATE INDEX device_certificates_keys ON device_certificates (key_hash) WHERE key_hash IS NOT NULL;`,
  // An administrator is proved by a token or by a certificate, which can be registered again once it was revoked.
  `DROP INDEX administrators_good_names;
   ALTER TABLE administrators RENAME TO administrators_by_token;
   CREATE TABLE administrators (
     number INTEGER PRIMARY KEY,
     id TEXT NOT NULL UNIQUE,
     name TEXT NOT NULL,
     role TEXT NOT NULL,
     proof_kind TEXT NOT NULL,
     proof_hash TEXT NOT NULL,
     created_at TEXT NOT NULL,
     expires_at TEXT NOT NULL,
     revoked_at TEXT
   ) STRICT;
   INSERT INTO administrators (id, name, role, proof_kind, proof_hash, created_at, expires_at, revoked_at)
     SELECT id, name, role, 'token', token_hash, created_at, expires_at, revoked_at
     FROM administrators_by_token ORDER BY rowid;
   DROP TABLE administrators_by_token;
   CREATE UNIQUE INDEX administrators_good_names ON administrators (name) WHERE revoked_at IS NULL;
   CREATE UNIQUE INDEX administrators_good_proofs ON administrators (proof_hash) WHERE revoked_at IS NULL;
   CREATE INDEX administrators_proofs ON administrators (proof_hash);`,
];
