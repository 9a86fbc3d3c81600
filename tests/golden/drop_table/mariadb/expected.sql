-- migrate:up
-- drop table notes
-- destroys table notes
DROP TABLE `notes`;

-- migrate:down
-- add table notes
CREATE TABLE `notes` (
  `id` int(11) NOT NULL,
  `student_id` int(11) NOT NULL,
  `note` varchar(50),
  PRIMARY KEY (`id`),
  KEY `notes_by_note` (`note`),
  KEY `notes_student` (`student_id`),
  CONSTRAINT `notes_student` FOREIGN KEY (`student_id`) REFERENCES `students` (`id`)
);
