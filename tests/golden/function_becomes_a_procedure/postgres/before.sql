CREATE FUNCTION tidy(a integer) RETURNS void LANGUAGE sql AS $$ SELECT 1 $$;
