CREATE TABLE children (id integer PRIMARY KEY, parent integer);
