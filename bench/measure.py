"""Runs a command and measures it; makes databases; says what machine this is."""

import datetime
import os
import pathlib
import platform
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass


class Failed(Exception):
    """A command that did not end with 0, with what it said."""


@dataclass(frozen=True)
class Run:
    """One run of a command, its start included."""

    wall_s: float
    cpu_s: float
    rss_mib: float


def run(argv, env=None, cwd=None):
    """Runs a command with an environment that holds nothing but a path, a home and `env`."""
    clean = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "LANG": "C.UTF-8"}
    clean.update(env or {})
    with tempfile.TemporaryFile() as said:
        started = time.perf_counter()
        child = subprocess.Popen(
            [str(part) for part in argv],
            env=clean, cwd=cwd, stdin=subprocess.DEVNULL, stdout=said, stderr=said,
        )
        _, status, usage = os.wait4(child.pid, 0)
        wall_s = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            said.seek(0)
            tail = said.read()[-2000:].decode(errors="replace")
            raise Failed(f"{child.args[0]} ended with {child.returncode}:\n{tail}")
    return Run(wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def output(argv):
    """The first line that a command prints, or nothing where it cannot be run."""
    try:
        done = subprocess.run(
            [str(part) for part in argv], capture_output=True, text=True, timeout=60, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return (done.stdout or done.stderr).strip().partition("\n")[0]


def median(runs, what="wall_s"):
    return statistics.median(getattr(run, what) for run in runs)


def spread(runs, what="wall_s"):
    values = [getattr(run, what) for run in runs]
    return min(values), max(values)


def in_turn(names, rounds):
    """`(round, name)` for every run: each round starts with another name and every other one goes
    backwards, so that no name is always first, or always behind the same one."""
    names = list(names)
    for number in range(rounds):
        shift = number % len(names)
        order = names[shift:] + names[:shift]
        for name in reversed(order) if number % 2 else order:
            yield number, name


class Postgres:
    """A PostgreSQL server, spoken to through psql."""

    def __init__(self, url):
        self.url = url.rstrip("/")

    def database_url(self, name):
        # Without TLS for everybody: some of the tools cannot do it, others do it by default.
        return f"{self.url}/{name}?sslmode=disable"

    def sql(self, statement, database="postgres"):
        done = subprocess.run(
            ["psql", "-XAtqw", "-v", "ON_ERROR_STOP=1", "-d", self.database_url(database), "-f", "-"],
            input=statement, capture_output=True, text=True,
        )
        if done.returncode != 0:
            raise Failed(f"psql: {done.stderr.strip()}")
        return done.stdout.strip()

    def create(self, name):
        """A new database, which stays until `drop_all`: ext4 passes over the inodes of files that were deleted
        in the last 35 s one by one, so whoever comes after a DROP DATABASE would pay for it."""
        self.sql(f"CREATE DATABASE {name}")

    def drop_all(self):
        """Drops every database of these benchmarks. Gives whether there were any."""
        names = self.sql("SELECT datname FROM pg_database WHERE datname ~ '^piton_bench_'").split()
        for name in names:
            self.sql(f"DROP DATABASE {name}")
        return bool(names)

    def settle(self, pause_s):
        """Nobody pays for what was written before."""
        self.sql("CHECKPOINT")
        time.sleep(pause_s)

    def describe(self):
        settings = ["fsync", "synchronous_commit", "shared_buffers"]
        shown = ", ".join(f"{name} {self.sql(f'SHOW {name}')}" for name in settings)
        return f"PostgreSQL {self.sql('SHOW server_version')} on this machine ({shown})"


def machine():
    """CPU, cores, memory and system in one line."""
    cpu = platform.processor() or platform.machine()
    ram = ""
    try:
        for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                cpu = line.partition(":")[2].strip()
                break
        total_kib = int(pathlib.Path("/proc/meminfo").read_text().split()[1])
        ram = f", {total_kib / 1024 / 1024:.0f} GiB RAM"
    except OSError:
        pass
    return f"{cpu}, {os.cpu_count()} cores{ram}, {platform.system()} {platform.release()}"


def today():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
