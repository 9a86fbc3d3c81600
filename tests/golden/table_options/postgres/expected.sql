-- migrate:up
-- change options of table students
ALTER TABLE "students" SET UNLOGGED;
ALTER TABLE "students" SET (fillfactor=70);
ALTER TABLE "students" ENABLE ROW LEVEL SECURITY;
-- add policy own
CREATE POLICY own ON students USING ((id > 0));

-- migrate:down
-- drop policy own
DROP POLICY "own" ON "students";
-- change options of table students
ALTER TABLE "students" SET LOGGED;
ALTER TABLE "students" RESET (fillfactor);
ALTER TABLE "students" DISABLE ROW LEVEL SECURITY;
