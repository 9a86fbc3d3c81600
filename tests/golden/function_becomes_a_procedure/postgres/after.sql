CREATE PROCEDURE tidy(a integer) LANGUAGE sql AS $$ SELECT 1 $$;
