"""What was measured, as lines with a verdict and as a section of README.md."""

import pathlib
from dataclasses import dataclass, field

BEGIN = "<!-- results: bench/run writes from here -->"
END = "<!-- results: to here -->"


@dataclass
class Report:
    """Tables of figures, each figure with its target where it has one."""

    about: list
    lines: list = field(default_factory=list)
    missed: list = field(default_factory=list)

    def title(self, text):
        self._say("", f"### {text}", "")

    def table(self, *columns):
        self._say(f"| {' | '.join(columns)} |", f"|{' --- |' * len(columns)}")

    def row(self, *cells):
        self._say(f"| {' | '.join(cells)} |")

    def verdict(self, what, measured, limit, unit=""):
        """Compares with a target, which is met at the limit too."""
        met = measured <= limit
        if not met:
            self.missed.append(what)
        self._say("", f"{what}: **{measured:.3g}{unit}**, target at most {limit:g}{unit}: "
                      f"{'met' if met else '**missed**'}")

    def note(self, text):
        self._say("", text)

    def _say(self, *lines):
        for line in lines:
            print(line, flush=True)
        self.lines.extend(lines)

    def write(self, readme: pathlib.Path):
        """Replaces the results in the README, and leaves the rest of it."""
        text = readme.read_text()
        head, rest = text.split(BEGIN, 1)
        tail = rest.split(END, 1)[1]
        about = "\n".join(f"- {line}" for line in self.about)
        body = "\n".join(self.lines)
        readme.write_text(f"{head}{BEGIN}\n\n{about}\n{body}\n\n{END}{tail}")


def seconds(value):
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.1f} ms"
