CREATE TABLE bills (id int NOT NULL, year int NOT NULL, note varchar(50), paid tinyint(1) NOT NULL DEFAULT 0, PRIMARY KEY (id, year), KEY bills_by_note (note)) PARTITION BY HASH (year) PARTITIONS 4;
