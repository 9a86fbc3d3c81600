-- say who wrote a note
-- migrate:up
ALTER TABLE notes ADD COLUMN author varchar(100);
CREATE INDEX idx_notes_author ON notes (author);

-- migrate:down
DROP INDEX idx_notes_author;
ALTER TABLE notes DROP COLUMN author;

-- migrate:down mysql
ALTER TABLE notes DROP COLUMN author;
