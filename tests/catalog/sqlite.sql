CREATE TABLE users (
    id integer NOT NULL PRIMARY KEY AUTOINCREMENT, -- the key, of course
    name VARCHAR(50) NOT NULL ON CONFLICT IGNORE COLLATE nocase,
    mail text CONSTRAINT one_mail UNIQUE ON CONFLICT REPLACE,
    born date CHECK (born < '2020-01-01' /* ) */ AND  born <> ')'),
    score double precision DEFAULT -1.5e3,
    mood "my ""type""" DEFAULT 'it''s; ok',
    shout TEXT AS (upper(name) || '!') STORED,
    initial TEXT GENERATED ALWAYS AS (substr(name, 1, 1)),
    updated_at datetime DEFAULT (strftime('%Y', 'now')),
    made_at datetime DEFAULT current_timestamp,
    odd DEFAULT "word",
    flag boolean DEFAULT TRUE
);
CREATE TABLE items (
    id INTEGER PRIMARY KEY,
    owner INTEGER CONSTRAINT same_name REFERENCES Users ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED,
    a int, b int,
    CONSTRAINT pair UNIQUE (a COLLATE rtrim, B DESC)
    CONSTRAINT same CHECK (a > 0 AND (b IN (1, 2)))
    FOREIGN KEY (a, b) REFERENCES pairs (Y, X) MATCH FULL NOT DEFERRABLE
);
CREATE TABLE pairs (
    x int, y int, z int CONSTRAINT same_name REFERENCES users(ID),
    CONSTRAINT pk PRIMARY KEY (y DESC, x), CONSTRAINT same CHECK (x<y)
) WITHOUT ROWID, STRICT;
CREATE TABLE "Order; ""select""" (
    [group] int, `有 空格` text, 'single' text, "ОЧЕНЬ ""x"";" blob DEFAULT x'00ff',
    PRIMARY KEY ([group])
);
CREATE TABLE made AS SELECT id, name AS "the name" FROM users;
ALTER TABLE made ADD COLUMN extra text DEFAULT 'x' REFERENCES users(mail) ON DELETE RESTRICT;
ALTER TABLE made RENAME COLUMN extra TO "extra, really";
CREATE UNIQUE INDEX users_part ON users (lower(name) DESC, "mail" COLLATE BINARY, name COLLATE binary) WHERE score > 0 -- only good ones
;
CREATE INDEX "idx ""; drop" ON "Order; ""select""" (`有 空格`, "ОЧЕНЬ ""x"";" DESC);
CREATE VIEW names (n, "the id") AS SELECT name, id FROM users WHERE name <> ';';
CREATE VIEW later AS WITH x AS (SELECT 1) SELECT * FROM x, Names JOIN items ON 1;
CREATE TRIGGER touch AFTER UPDATE ON users BEGIN UPDATE users SET made_at = 1 WHERE id = NEW.id; SELECT 1; END;
CREATE TRIGGER instead INSTEAD OF INSERT ON names BEGIN SELECT 1; END;
CREATE VIRTUAL TABLE search USING fts5(body, tokenize = 'porter');
CREATE TABLE seaql_migrations (version varchar PRIMARY KEY, applied_at bigint NOT NULL);
CREATE INDEX seaql_index ON seaql_migrations (applied_at);
