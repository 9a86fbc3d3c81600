-- 按标题查找 (find notes by title)
-- PostgreSQL builds the index without locking writers out, which no transaction can hold.
-- migrate:up postgres transaction:false
CREATE INDEX CONCURRENTLY idx_notes_title ON notes (title);

-- migrate:up
CREATE INDEX idx_notes_title ON notes (title);

-- migrate:down
DROP INDEX idx_notes_title;

-- migrate:down mysql
DROP INDEX idx_notes_title ON notes;
