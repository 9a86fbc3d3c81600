CREATE TABLE `Select "it's"; ``drop``` (
  `order` integer NOT NULL,
  `学生 "x"; --` varchar(50),
  `UPPER lower` integer,
  CONSTRAINT `per%cent 'q'` CHECK (`UPPER lower` > 1),
  PRIMARY KEY (`order`)
);
CREATE TABLE `group` (
  `by` integer NOT NULL,
  `to` integer,
  CONSTRAINT `f;k` FOREIGN KEY (`to`) REFERENCES `Select "it's"; ``drop``` (`order`),
  PRIMARY KEY (`by`)
);
CREATE INDEX `i;a` ON `Select "it's"; ``drop``` (`学生 "x"; --`, `UPPER lower`);
CREATE VIEW `a view; of` AS SELECT `学生 "x"; --`, `UPPER lower` FROM `Select "it's"; ``drop``` WHERE `UPPER lower` > 1;
