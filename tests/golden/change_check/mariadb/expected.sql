-- migrate:up
-- change check grown on students(`age` > 6)
ALTER TABLE `students`
  DROP CONSTRAINT `grown`,
  ADD CONSTRAINT `grown` CHECK (`age` > 6);

-- migrate:down
-- change check grown on students(`age` > 5)
ALTER TABLE `students`
  DROP CONSTRAINT `grown`,
  ADD CONSTRAINT `grown` CHECK (`age` > 5);
