CREATE VIRTUAL TABLE words USING fts5(body, title);
