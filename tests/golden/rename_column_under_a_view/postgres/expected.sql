-- migrate:up
-- drop view phones
DROP VIEW "phones";
-- rename column students.phone to mobile
ALTER TABLE "students" RENAME COLUMN "phone" TO "mobile";
-- add view phones
CREATE VIEW "phones" AS
SELECT students.id,
    students.mobile
   FROM students
  WHERE ((students.mobile)::text <> 'mobile'::text);

-- migrate:down
-- drop view phones
DROP VIEW "phones";
-- rename column students.mobile to phone
ALTER TABLE "students" RENAME COLUMN "mobile" TO "phone";
-- add view phones
CREATE VIEW "phones" AS
SELECT students.id,
    students.phone
   FROM students
  WHERE ((students.phone)::text <> 'phone'::text);
