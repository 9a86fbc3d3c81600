-- migrate:up
-- change options of table fixed
ALTER TABLE `fixed` TRANSACTIONAL=1;
-- change options of table loose
ALTER TABLE `loose`
  PAGE_CHECKSUM=1,
  TRANSACTIONAL=DEFAULT;

-- migrate:down
-- change options of table loose
ALTER TABLE `loose`
  PAGE_CHECKSUM=0,
  TRANSACTIONAL=0;
-- change options of table fixed
ALTER TABLE `fixed` TRANSACTIONAL=DEFAULT;
