"""Tables in Markdown, the page that has them, and the picture of what grows."""

import pathlib
import subprocess

BEGIN, END = "<!-- test/bench/run.sh writes from here -->", "<!-- test/bench/run.sh writes to here -->"


def table(headings, rows):
    lines = [headings, ["---" if not place else "---:" for place in range(len(headings))], *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines) + "\n"


def number(value):
    """Three digits that count."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def milliseconds(microseconds):
    return number(microseconds / 1000)


class Page:
    """docs/performance.md: what stands between two lines of it is ours."""

    def __init__(self, path):
        self._path = pathlib.Path(path)

    def put(self, text):
        page = self._path.read_text()
        before, begin, rest = page.partition(BEGIN)
        _, end, after = rest.partition(END)
        if not begin or not end:
            raise RuntimeError(f"{self._path} lacks the lines between which the tables stand: {BEGIN} and {END}")
        self._path.write_text(f"{before}{BEGIN}\n\n{text.strip()}\n\n{END}{after}")


def draw(growth, picture, folder):
    """An SVG of microseconds for one operation against size. \\param growth: list of (size, microseconds) by title, which
    is `OPERATION, by WHAT`: an operation has one colour, and what there is more and more of one kind of point."""
    data = pathlib.Path(folder) / "growth.data"
    blocks = []
    for points in growth.values():
        blocks.append("\n".join(f"{max(size, 1)} {cost}" for size, cost in sorted(points)))
    data.write_text("\n\n\n".join(blocks) + "\n")
    colours, kinds, lines = {}, {}, []
    for index, title in enumerate(growth):
        operation, _, what = title.partition(", by ")
        colour = colours.setdefault(operation, len(colours) + 1)
        kind = kinds.setdefault(what, len(kinds) + 1)
        lines.append(f'"{data}" index {index} with linespoints linetype {colour} linewidth 1.5 '
                     f'pointtype {2 * kind + 2} pointsize 0.8 title "{title}"')
    script = f"""set encoding utf8
set terminal svg noenhanced size 1000,560 dynamic font "sans-serif,13" background "#ffffff"
set output "{picture}"
set logscale xy
set format x "%.0s%c"
set xlabel "how many there are"
set ylabel "µs for one operation"
set key outside right top samplen 4 width -8
set grid
plot {', '.join(lines)}
"""
    subprocess.run(["gnuplot"], input=script.encode(), check=True, capture_output=True, timeout=60)
    # gnuplot leaves blanks at the ends of lines.
    picture = pathlib.Path(picture)
    picture.write_text("\n".join(line.rstrip() for line in picture.read_text().splitlines()) + "\n")
