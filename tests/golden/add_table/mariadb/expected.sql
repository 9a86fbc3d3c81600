-- migrate:up
-- add table students
CREATE TABLE `students` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `name` varchar(100) NOT NULL,
  `email` varchar(200),
  `score` decimal(5,2) NOT NULL DEFAULT 0.00,
  `created_at` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  PRIMARY KEY (`id`),
  UNIQUE KEY `email` (`email`),
  KEY `students_by_name` (`name`)
);

-- migrate:down
-- drop table students
-- destroys table students
DROP TABLE `students`;
