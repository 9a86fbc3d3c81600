"""What it costs to be watched: `piton monitor` at one reading a second, and how quickly /metrics answers."""

import os
import pathlib
import statistics
import subprocess
import time
import urllib.request

from measure import Failed

TABLES = 1_000
SECONDS = 20
SCRAPES = 40
HZ = os.sysconf("SC_CLK_TCK")


def cpu_s(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / HZ


def rss_mib(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise Failed(f"no VmHWM of {pid}")


def monitor(report, server, piton, schema):
    """A database of 1,000 tables, watched by one process that Prometheus asks."""
    database = "piton_bench_monitor"
    server.create(database)
    server.sql(schema(TABLES), database)
    server.settle(1)
    environment = {"PATH": os.environ["PATH"], "DATABASE_URL": server.database_url(database)}
    watching = subprocess.Popen(
        [str(piton.binary), "monitor", "--listen", "127.0.0.1:0", "--interval", "1s"],
        env=environment, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )
    try:
        url = ""
        while "/metrics" not in url:
            url = watching.stderr.readline()
            if not url:
                raise Failed("piton monitor ended")
        url = url.split(",")[0].strip()
        text = urllib.request.urlopen(url, timeout=20).read().decode()
        tables = sum(line.startswith("piton_table_size_bytes{") for line in text.splitlines())
        if tables != TABLES:
            raise Failed(f"/metrics has {tables} tables, not {TABLES}")
        before, started = cpu_s(watching.pid), time.perf_counter()
        time.sleep(SECONDS)
        share = (cpu_s(watching.pid) - before) / (time.perf_counter() - started) * 100
        took = []
        for _ in range(SCRAPES):
            started = time.perf_counter()
            urllib.request.urlopen(url, timeout=20).read()
            took.append((time.perf_counter() - started) * 1000)
        memory_mib = rss_mib(watching.pid)
    finally:
        watching.terminate()
        watching.wait()
    report.title(f"`monitor --listen` at one reading a second, {TABLES:,} tables, PostgreSQL")
    report.table("", "figure")
    report.row("of one core, user + system", f"{share:.2f} %")
    report.row("most memory", f"{memory_mib:.1f} MiB")
    report.row("`/metrics`, median", f"{statistics.median(took):.1f} ms")
    report.row("`/metrics`, slowest of " f"{SCRAPES}", f"{max(took):.1f} ms")
    report.row("`/metrics`, size", f"{len(text.encode()) / 1024:.0f} KiB")
    report.verdict("monitor, of one core", share, 1, " %")
    report.verdict("monitor, memory", memory_mib, 30, " MiB")
    report.verdict("`/metrics`", statistics.median(took), 20, " ms")
