-- migrate:up
-- add table students
CREATE TABLE `students` (
  `id` int(11) NOT NULL,
  `class` int(11),
  `friend` int(11),
  PRIMARY KEY (`id`),
  KEY `of_class` (`class`),
  KEY `of_friend` (`friend`),
  CONSTRAINT `of_friend` FOREIGN KEY (`friend`) REFERENCES `students` (`id`)
);
-- add table classes
CREATE TABLE `classes` (
  `id` int(11) NOT NULL,
  `best` int(11),
  PRIMARY KEY (`id`),
  KEY `of_best` (`best`),
  CONSTRAINT `of_best` FOREIGN KEY (`best`) REFERENCES `students` (`id`)
);
-- add foreign key of_class on students(class) -> classes
ALTER TABLE `students` ADD CONSTRAINT `of_class` FOREIGN KEY (`class`) REFERENCES `classes` (`id`);

-- migrate:down
-- drop foreign key of_class on students(class) -> classes
ALTER TABLE `students` DROP FOREIGN KEY `of_class`;
-- drop table classes
-- destroys table classes
DROP TABLE `classes`;
-- drop table students
-- destroys table students
DROP TABLE `students`;
