-- migrate:up
-- change options of table students
ALTER TABLE `students`
  ROW_FORMAT=DEFAULT,
  ENGINE=Aria,
  TRANSACTIONAL=1;

-- migrate:down
-- change options of table students
ALTER TABLE `students`
  ENGINE=InnoDB,
  TRANSACTIONAL=0,
  ROW_FORMAT=DYNAMIC;
