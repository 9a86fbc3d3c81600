-- migrate:up
-- change column students.total: generated expression
ALTER TABLE `students`
  DROP COLUMN `total`,
  ADD COLUMN `total` int(11) GENERATED ALWAYS AS (`price` * 2) VIRTUAL AFTER `price`;

-- migrate:down
-- change column students.total: generated expression
ALTER TABLE `students`
  DROP COLUMN `total`,
  ADD COLUMN `total` int(11) GENERATED ALWAYS AS (`price` * 2) STORED AFTER `price`;
