//! dbmate's files run as they are.

use crate::on;
use crate::support::Backend;

on! {
    [sqlite, postgres, mysql]
    fn a_folder_of_dbmate_s_runs_unchanged(env) {
        env.write("db/migrations/20151129054053_test_migration.sql", "\
-- migrate:up
create table users (
  id integer,
  name varchar(255)
);
insert into users (id, name) values (1, 'alice');

-- migrate:down
drop table users;
");
        env.write("db/migrations/20200227231541_test_posts.sql", "\
-- migrate:up
create table posts (
  id integer,
  name varchar(255)
);

-- migrate:down
drop table posts;
");
        env.write("db/migrations/README.md", "not a revision");
        let dir = ["--revisions", "db/migrations"];
        env.piton(["upgrade", dir[0], dir[1]]).ok().says(["2 revisions applied, now at 20200227231541_test_posts"]);
        assert_eq!(env.tables(), ["posts", "users"]);
        assert_eq!(env.value("SELECT name FROM users"), "alice");
        env.piton(["downgrade", dir[0], dir[1], "-r", "base"]).ok();
        assert_eq!(env.tables(), [""; 0]);
    }

    [postgres, mysql]
    fn bodies_of_functions_and_triggers_need_no_marks(env) {
        let text = match env.backend() {
            Backend::Postgres => "\
-- migrate:up
create table users (id integer, name text, changed timestamptz);
create function touch() returns trigger as $$
begin
  new.changed = now();
  return new;
end;
$$ language plpgsql;
create trigger users_touch before insert on users for each row execute function touch();
insert into users (id, name) values (1, 'alice; bob');

-- migrate:down
drop table users;
drop function touch();
",
            _ => "\
-- migrate:up
create table users (id integer, name text, changed datetime);
create trigger users_touch before insert on users for each row
begin
  set new.changed = now();
  set new.name = concat(new.name, ';');
end;
insert into users (id, name) values (1, 'alice; bob');

-- migrate:down
drop table users;
",
        };
        env.revision("20200101000000_users", text);
        env.piton(["upgrade"]).ok();
        assert_eq!(env.value("SELECT count(*) FROM users WHERE changed IS NOT NULL"), "1");
        env.piton(["downgrade"]).ok();
        assert_eq!(env.tables(), [""; 0]);
    }

    [postgres]
    fn an_enum_s_new_value_is_added_without_a_transaction(env) {
        env.up_down("20200101000000_colour", "CREATE TYPE colour AS ENUM ('red');", "DROP TYPE colour;");
        env.revision("20200102000000_green", "\
-- migrate:up transaction:false
ALTER TYPE colour ADD VALUE 'green' AFTER 'red';

-- migrate:down
");
        env.revision("20200103000000_paint", "\
-- migrate:up
CREATE TABLE paint (colour colour);
INSERT INTO paint VALUES ('green');

-- migrate:down
DROP TABLE paint;
");
        env.piton(["upgrade"]).ok();
        assert_eq!(env.value("SELECT colour FROM paint"), "green");
        env.piton(["downgrade", "-r", "-2"]).ok();
    }
}
