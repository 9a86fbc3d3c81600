CREATE TABLE bills (id integer NOT NULL, year integer NOT NULL, note text, paid boolean NOT NULL DEFAULT false, PRIMARY KEY (id, year)) PARTITION BY RANGE (year);
CREATE TABLE bills_2024 PARTITION OF bills FOR VALUES FROM (2024) TO (2025);
CREATE TABLE bills_2025 PARTITION OF bills FOR VALUES FROM (2025) TO (2026);
CREATE INDEX bills_by_note ON bills (note);
