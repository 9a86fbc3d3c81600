-- migrate:up
-- change column students.created_at: default strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "created_at" TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')),
  PRIMARY KEY ("id")
);
INSERT INTO "students__new" ("id", "created_at")
  SELECT "id", "created_at" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";

-- migrate:down
-- change column students.created_at: no default
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "created_at" TEXT,
  PRIMARY KEY ("id")
);
INSERT INTO "students__new" ("id", "created_at")
  SELECT "id", "created_at" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";
