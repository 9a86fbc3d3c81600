"""The tools that are compared: where each is found, how it takes the same revisions, how it is run."""

import pathlib
import shutil
import textwrap
from dataclasses import dataclass


def statements(number):
    """One revision: a table and an index."""
    table = f"t_{number:05}"
    return [
        f"CREATE TABLE {table} (\n"
        "    id bigint PRIMARY KEY,\n"
        "    name varchar(100) NOT NULL,\n"
        "    score double precision,\n"
        "    created_at timestamptz NOT NULL DEFAULT now()\n"
        ")",
        f"CREATE INDEX {table}_name ON {table} (name)",
    ]


def undo(number):
    return f"DROP TABLE t_{number:05}"


def timestamp(number):
    """Fourteen digits, one second apart."""
    day, second = divmod(number, 86_400)
    hour, second = divmod(second, 3_600)
    minute, second = divmod(second, 60)
    return f"202501{day + 1:02}{hour:02}{minute:02}{second:02}"


def script(number):
    return "".join(f"{statement};\n" for statement in statements(number))


@dataclass(frozen=True)
class Tool:
    """One tool. `binary` is None where it is not installed."""

    name: str
    binary: pathlib.Path | None
    version_arguments: tuple = ("--version",)

    def write(self, directory, count):
        """Writes `count` revisions in the tool's own format."""
        raise NotImplementedError

    def upgrade(self, directory, url):
        """The command that brings the database to the newest revision, and its environment."""
        raise NotImplementedError


class Piton(Tool):
    def write(self, directory, count):
        for number in range(count):
            text = f"-- migrate:up\n{script(number)}-- migrate:down\n{undo(number)};\n"
            (directory / f"{timestamp(number)}_table_{number}.sql").write_text(text)

    def upgrade(self, directory, url):
        return [self.binary, "upgrade", "--revisions", directory, "--url", url], {}


class Sqlx(Tool):
    def write(self, directory, count):
        for number in range(count):
            (directory / f"{timestamp(number)}_table_{number}.sql").write_text(script(number))

    def upgrade(self, directory, url):
        return [self.binary, "migrate", "run", "--source", directory, "--database-url", url], {}


class Refinery(Tool):
    def write(self, directory, count):
        for number in range(count):
            (directory / f"V{number + 1}__table_{number}.sql").write_text(script(number))

    def upgrade(self, directory, url):
        return [self.binary, "migrate", "-e", "DATABASE_URL", "-p", directory], {"DATABASE_URL": url}


class Dbmate(Piton):
    """Its format is Piton's too."""

    def upgrade(self, directory, url):
        arguments = ["--no-dump-schema", "--migrations-dir", directory, "--url", url, "migrate"]
        return [self.binary, *arguments], {}


class Alembic(Tool):
    ENVIRONMENT = """
        from alembic import context
        from sqlalchemy import create_engine, pool

        engine = create_engine(context.config.get_main_option("sqlalchemy.url"), poolclass=pool.NullPool)
        with engine.connect() as connection:
            context.configure(connection=connection)
            with context.begin_transaction():
                context.run_migrations()
    """
    REVISION = '''
        """table {number}"""
        from alembic import op

        revision = "{revision}"
        down_revision = {down_revision}


        def upgrade():
            op.execute("""{table}""")
            op.execute("""{index}""")


        def downgrade():
            op.execute("""{undo}""")
    '''

    def write(self, directory, count):
        versions = directory / "versions"
        versions.mkdir()
        (directory / "env.py").write_text(textwrap.dedent(self.ENVIRONMENT).lstrip())
        template = textwrap.dedent(self.REVISION).lstrip()
        for number in range(count):
            table, index = statements(number)
            text = template.format(
                number=number,
                revision=f"r{number:05}",
                down_revision=f'"r{number - 1:05}"' if number else None,
                table=table, index=index, undo=undo(number),
            )
            (versions / f"r{number:05}_table_{number}.py").write_text(text)

    def upgrade(self, directory, url):
        settings = directory / "alembic.ini"
        url = url.replace("postgres://", "postgresql+psycopg2://", 1)
        settings.write_text(f"[alembic]\nscript_location = {directory}\nsqlalchemy.url = {url}\n")
        return [self.binary, "-c", settings, "upgrade", "head"], {}


def schema(count):
    """SQL for the tables that `entities.rs` and `MODELS` declare."""
    sql = []
    for number in range(count):
        table = f"t_{number:05}"
        previous = f"t_{number - 1:05}"
        sql.append(
            f"CREATE TABLE {table} (\n"
            "    id bigint PRIMARY KEY,\n"
            "    name varchar(100) NOT NULL,\n"
            "    score double precision,\n"
            f"    previous_id bigint{f' REFERENCES {previous} (id)' if number else ''},\n"
            "    created_at timestamptz NOT NULL DEFAULT now()\n"
            ");\n"
            f"CREATE INDEX {table}_name ON {table} (name);\n"
        )
    return "".join(sql)


class PitonProject:
    """A program of Piton's library with `count` tables as its entities, and a history that makes them."""

    name = "piton"

    def __init__(self, binary, directory, url, count):
        self.binary, self.url, self.count = binary, url, count
        self.directory = directory / "migrations"
        self.directory.mkdir(parents=True)
        (directory / "piton.toml").write_text('[revisions]\ndir = "migrations"\n')
        (self.directory / "20250101000000_tables.sql").write_text(
            f"-- migrate:up\n{schema(count)}-- migrate:down\n"
        )

    def _command(self, *arguments, changed=False):
        environment = {"BENCH_TABLES": str(self.count)}
        if changed:
            environment["BENCH_CHANGED"] = "1"
        return [self.binary, *arguments, "--url", self.url], environment, self.directory.parent

    def prepare(self):
        return self._command("upgrade")

    def check(self):
        return self._command("check", "--only", "drift")

    def create(self):
        return self._command("create", "-m", "change", changed=True)

    def take_created(self):
        """The text of the one revision that was created, which is taken away."""
        [path] = self.directory.glob("*_change.sql")
        text = path.read_text()
        path.unlink()
        return text


class AlembicProject:
    """The same tables as SQLAlchemy's models."""

    name = "Alembic"
    ENVIRONMENT = """
        import os

        import sqlalchemy as sa
        from alembic import context

        count, changed = int(os.environ["BENCH_TABLES"]), "BENCH_CHANGED" in os.environ
        metadata = sa.MetaData()
        for number in range(count):
            table = f"t_{number:05}"
            previous = [sa.ForeignKey(f"t_{number - 1:05}.id")] if number else []
            sa.Table(
                table, metadata,
                sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
                sa.Column("name", sa.String(200 if changed and number == count // 2 else 100), nullable=False),
                sa.Column("score", sa.Double),
                sa.Column("previous_id", sa.BigInteger, *previous),
                sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
                sa.Index(f"{table}_name", "name"),
            )
        engine = sa.create_engine(context.config.get_main_option("sqlalchemy.url"), poolclass=sa.pool.NullPool)
        with engine.connect() as connection:
            context.configure(connection=connection, target_metadata=metadata)
            with context.begin_transaction():
                context.run_migrations()
    """
    TEMPLATE = '''
        """${message}"""
        from alembic import op
        import sqlalchemy as sa
        ${imports if imports else ""}

        revision = ${repr(up_revision)}
        down_revision = ${repr(down_revision)}


        def upgrade():
            ${upgrades if upgrades else "pass"}


        def downgrade():
            ${downgrades if downgrades else "pass"}
    '''

    def __init__(self, binary, directory, url, count):
        self.binary, self.directory, self.count = binary, directory, count
        (directory / "versions").mkdir(parents=True)
        (directory / "env.py").write_text(textwrap.dedent(self.ENVIRONMENT).lstrip())
        (directory / "script.py.mako").write_text(textwrap.dedent(self.TEMPLATE).lstrip())
        (directory / "versions" / "base.py").write_text(
            'revision = "base0"\ndown_revision = None\n\n\ndef upgrade():\n    pass\n'
        )
        url = url.replace("postgres://", "postgresql+psycopg2://", 1)
        (directory / "alembic.ini").write_text(
            f"[alembic]\nscript_location = {directory}\nsqlalchemy.url = {url}\n"
        )

    def _command(self, *arguments, changed=False):
        environment = {"BENCH_TABLES": str(self.count)}
        if changed:
            environment["BENCH_CHANGED"] = "1"
        return [self.binary, "-c", self.directory / "alembic.ini", *arguments], environment

    def prepare(self):
        return self._command("stamp", "head")

    def check(self):
        return self._command("check")

    def create(self):
        return self._command("revision", "--autogenerate", "-m", "change", changed=True)

    def take_created(self):
        [path] = (self.directory / "versions").glob("*_change.py")
        text = path.read_text()
        path.unlink()
        return text


def peers(directory):
    """The four others, from `directory` (bench/README.md) or from PATH."""

    def find(name, *places):
        for place in places:
            if (directory / place).is_file():
                return directory / place
        found = shutil.which(name)
        return pathlib.Path(found) if found else None

    return [
        Sqlx("sqlx-cli", find("sqlx", "bin/sqlx")),
        Refinery("refinery_cli", find("refinery", "bin/refinery")),
        # Its binary itself: the package's own starter would add the start of Node.
        Dbmate("dbmate", find("dbmate", *(f"node_modules/@dbmate/{system}/bin/dbmate" for system in (
            "linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64",
        )))),
        Alembic("Alembic", find("alembic", "venv/bin/alembic")),
    ]
