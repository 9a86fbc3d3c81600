"""A Redis server of one's own, spoken to as its protocol is; and its values as a file for `redis-cli --pipe`."""

import shutil
import socket
import subprocess
import time

from measure import Failed


class Redis:
    """A server on a free port that keeps nothing on disk."""

    def __init__(self):
        self.binary = shutil.which("redis-server")
        self.cli = shutil.which("redis-cli")
        if not (self.binary and self.cli):
            raise Failed("redis-server and redis-cli are not installed (Debian: redis-server)")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.child = subprocess.Popen(
            [self.binary, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        )
        for _ in range(100):
            try:
                self.stream = socket.create_connection(("127.0.0.1", self.port))
                break
            except OSError:
                time.sleep(0.05)
        else:
            raise Failed("redis-server does not start")
        self.answers = self.stream.makefile("rb")

    @property
    def url(self):
        return f"redis://127.0.0.1:{self.port}/0"

    def ask(self, *words):
        self.stream.sendall(packed(words))
        return self._answer()

    def _answer(self):
        line = self.answers.readline()[:-2]
        kind, rest = line[:1], line[1:]
        if kind == b"-":
            raise Failed(f"Redis: {rest.decode()}")
        if kind == b"$":
            size = int(rest)
            return self.answers.read(size + 2)[:-2] if size >= 0 else None
        if kind == b"*":
            return [self._answer() for _ in range(int(rest))]
        return int(rest) if kind == b":" else rest

    def describe(self):
        version = next(line for line in self.ask("INFO", "server").decode().splitlines() if line.startswith("redis_version"))
        return f"Redis {version.partition(':')[2]} on this machine, nothing on disk"

    def write_pipe(self, file):
        """Every value with its life, as the commands that set it. Gives how many."""
        count, cursor = 0, b"0"
        with open(file, "wb") as out:
            while True:
                cursor, keys = self.ask("SCAN", cursor, "COUNT", "1000")
                for key, value in zip(keys, self.ask("MGET", *keys) if keys else []):
                    out.write(packed(["SET", key, value, "PX", str(self.ask("PTTL", key))]))
                    count += 1
                if cursor == b"0":
                    return count

    def stop(self):
        self.stream.close()
        self.child.terminate()
        self.child.wait()


def packed(words):
    """A command as it goes over the wire."""
    words = [word if isinstance(word, bytes) else word.encode() for word in words]
    return b"".join([b"*%d\r\n" % len(words), *(b"$%d\r\n%s\r\n" % (len(word), word) for word in words)])
