CREATE TABLE users (
    id int NOT NULL AUTO_INCREMENT PRIMARY KEY COMMENT 'the key',
    name varchar(50) NOT NULL DEFAULT 'it''s; \\ ok',
    mail varchar(100) CHARACTER SET latin1 COLLATE latin1_swedish_ci,
    mood enum('sad', 'it''s ok', '高兴') DEFAULT 'sad',
    tags set('a','b'),
    data json,
    big bigint unsigned DEFAULT 0,
    price decimal(10,2) DEFAULT 0,
    flag tinyint(1) NOT NULL DEFAULT 1,
    bits bit(3) DEFAULT b'101',
    raw varbinary(10) DEFAULT 'ab',
    shout varchar(60) AS (concat(name, '!')) STORED,
    initial varchar(1) GENERATED ALWAYS AS (left(name, 1)) VIRTUAL COMMENT 'first',
    code varchar(36) DEFAULT (uuid()),
    hidden int INVISIBLE DEFAULT 5,
    place point NOT NULL,
    body text,
    created_at datetime(6) NULL DEFAULT CURRENT_TIMESTAMP(6),
    updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    UNIQUE KEY one_mail (mail),
    UNIQUE KEY (name, big),
    KEY by_body (body(20), price DESC) COMMENT 'begins',
    FULLTEXT KEY words (body),
    SPATIAL KEY places (place),
    CONSTRAINT adult CHECK (price > 0 and name <> ')')
) COMMENT='who writes; 谁';
CREATE TABLE items (
    a int, b int, owner int,
    PRIMARY KEY (b, a),
    CONSTRAINT same_name FOREIGN KEY (owner) REFERENCES users (id) ON DELETE SET NULL ON UPDATE CASCADE,
    CONSTRAINT adult CHECK (a > 0)
) DEFAULT CHARSET=latin1 ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8;
CREATE TABLE order_lines (
    x int, y int, note varchar(10) COLLATE utf8mb4_bin CHECK (note <> ''),
    FOREIGN KEY (x, y) REFERENCES items (b, a)
);
CREATE TABLE `Order; ``select``` (`group` int PRIMARY KEY, `ОЧЕНЬ ``x``;` text DEFAULT 'a;''b', `有 空格` int, KEY `idx ``; drop` (`有 空格`, `ОЧЕНЬ ``x``;`(5)));
CREATE TABLE logs (id int NOT NULL, at date NOT NULL, kind varchar(5), PRIMARY KEY (id, at)) ENGINE=MyISAM
    PARTITION BY RANGE COLUMNS (at) SUBPARTITION BY HASH (id) SUBPARTITIONS 2
    (PARTITION old VALUES LESS THAN ('2024-01-01') COMMENT = 'gone', PARTITION `new` VALUES LESS THAN (MAXVALUE));
CREATE TABLE listed (id int, PRIMARY KEY (id)) PARTITION BY LIST (id % 3) (PARTITION p0 VALUES IN (0, 1), PARTITION p1 VALUES IN (2));
CREATE TABLE hashed (id int NOT NULL PRIMARY KEY) PARTITION BY KEY (id) PARTITIONS 2;
CREATE SEQUENCE ticket START WITH 100 INCREMENT BY 5 MAXVALUE 1000 CYCLE;
CREATE VIEW names AS SELECT id, name AS `the ``name``` FROM users u WHERE name <> ';';
CREATE ALGORITHM=MERGE SQL SECURITY INVOKER VIEW again AS SELECT names.id FROM names JOIN items ON items.owner = names.id WHERE names.id > 1 WITH LOCAL CHECK OPTION;
CREATE TRIGGER second BEFORE UPDATE ON users FOR EACH ROW BEGIN SET NEW.big = 1; SET NEW.flag = 0; END;
CREATE TRIGGER first BEFORE UPDATE ON users FOR EACH ROW FOLLOWS second SET NEW.big = 2;
CREATE FUNCTION twice(n int, s varchar(10)) RETURNS varchar(20) DETERMINISTIC NO SQL COMMENT 'it''s' RETURN concat(n, s);
CREATE PROCEDURE reset(IN a int, OUT b int, INOUT c text) BEGIN DELETE FROM items WHERE a = 1; SET b = 2; END;
CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' ON COMPLETION PRESERVE DISABLE COMMENT 'cleans' DO DELETE FROM logs WHERE kind = ';';
CREATE TABLE seaql_migrations (version varchar(255) NOT NULL PRIMARY KEY, applied_at bigint NOT NULL);
