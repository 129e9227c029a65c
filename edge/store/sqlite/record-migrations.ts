// The steps that bring the records' database to the shape this version needs. Steps are added at the end, never changed.

/**
 * Every index ends in the id, which is the time: what it finds is in the order of the answer. Each index costs writes
 * all over the file: one table of addresses stands for five columns, and names of devices lead to their thumbprints.
 */
export const recordMigrations: readonly string[] = [
  `CREATE TABLE flows (
     id INTEGER PRIMARY KEY,
     thumbprint TEXT NOT NULL,
     host TEXT NOT NULL,
     action TEXT NOT NULL,
     class TEXT,
     reason TEXT,
     trace TEXT,
     record TEXT NOT NULL
   ) STRICT;
   CREATE INDEX flows_thumbprint ON flows (thumbprint);
   CREATE INDEX flows_host ON flows (host);
   CREATE INDEX flows_action ON flows (action);
   CREATE INDEX flows_class ON flows (class) WHERE class IS NOT NULL;
   CREATE INDEX flows_reason ON flows (reason) WHERE reason IS NOT NULL;
   CREATE INDEX flows_trace ON flows (trace) WHERE trace IS NOT NULL;
   CREATE TABLE device_names (
     name TEXT NOT NULL,
     thumbprint TEXT NOT NULL,
     PRIMARY KEY (name, thumbprint)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE addresses (
     address TEXT NOT NULL,
     id INTEGER NOT NULL,
     PRIMARY KEY (address, id)
   ) STRICT, WITHOUT ROWID;`,
  // Names and thumbprints are looked for in any case. What is as good as random is indexed part by part, so that writes
  // touch the few pages of the newest part. What many rows have is found without an index.
  `CREATE TABLE parts (part INTEGER PRIMARY KEY) STRICT;
   INSERT INTO parts VALUES (0);
   ALTER TABLE flows ADD COLUMN part INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE flows ADD COLUMN person TEXT;
   CREATE INDEX flows_person ON flows (part, person) WHERE person IS NOT NULL;
   DROP INDEX flows_thumbprint;
   CREATE INDEX flows_thumbprint ON flows (part, thumbprint COLLATE NOCASE);
   DROP INDEX flows_trace;
   CREATE INDEX flows_trace ON flows (part, trace) WHERE trace IS NOT NULL;
   DROP INDEX flows_action;
   CREATE INDEX flows_blocked ON flows (action) WHERE action = 'block';
   DROP INDEX flows_class;
   CREATE INDEX flows_class ON flows (class) WHERE class NOT IN ('opaque', 'anchor');
   ALTER TABLE device_names RENAME TO former_names;
   CREATE TABLE device_names (
     name TEXT NOT NULL COLLATE NOCASE,
     thumbprint TEXT NOT NULL,
     PRIMARY KEY (name, thumbprint)
   ) STRICT, WITHOUT ROWID;
   INSERT OR IGNORE INTO device_names SELECT name, thumbprint FROM former_names;
   DROP TABLE former_names;
   CREATE TABLE connections (
     id INTEGER PRIMARY KEY,
     connection TEXT NOT NULL UNIQUE,
     thumbprint TEXT NOT NULL,
     peer TEXT NOT NULL,
     status TEXT NOT NULL,
     updated_at TEXT NOT NULL,
     record TEXT NOT NULL
   ) STRICT;
   CREATE INDEX connections_thumbprint ON connections (thumbprint COLLATE NOCASE);
   CREATE INDEX connections_peer ON connections (peer);
   CREATE INDEX connections_open ON connections (status) WHERE status <> 'closed';`,
  // Addresses, too, are as good as random, and hosts are so many that their places lie all over an index.
  `ALTER TABLE addresses RENAME TO former_addresses;
   CREATE TABLE addresses (
     part INTEGER NOT NULL,
     address TEXT NOT NULL,
     id INTEGER NOT NULL,
     PRIMARY KEY (part, address, id)
   ) STRICT, WITHOUT ROWID;
   INSERT INTO addresses SELECT flows.part, address, id FROM former_addresses JOIN flows USING (id) ORDER BY 1, 2, 3;
   DROP TABLE former_addresses;
   DROP INDEX flows_host;
   CREATE INDEX flows_host ON flows (part, host);`,
];
