-- migrate:up
-- change table words
DROP TABLE "words";
CREATE VIRTUAL TABLE words USING fts5(body, title);

-- migrate:down
-- change table words
DROP TABLE "words";
CREATE VIRTUAL TABLE words USING fts5(body);
