CREATE TABLE bills (id int NOT NULL, year int NOT NULL, note varchar(50), PRIMARY KEY (id, year)) PARTITION BY HASH (year) PARTITIONS 4;
