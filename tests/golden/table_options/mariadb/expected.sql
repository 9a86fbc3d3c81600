-- migrate:up
-- change options of table students
ALTER TABLE `students`
  STATS_PERSISTENT=DEFAULT,
  ROW_FORMAT=DEFAULT,
  ENGINE=Aria;

-- migrate:down
-- change options of table students
ALTER TABLE `students`
  ENGINE=InnoDB,
  STATS_PERSISTENT=1,
  ROW_FORMAT=DYNAMIC;
