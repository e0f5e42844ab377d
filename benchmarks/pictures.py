"""Draws a figure: a bar for the median of each subject, a dot for each of its rounds."""

import re
from pathlib import Path

import matplotlib as mpl
from matplotlib import pyplot as plt

from benchmarks.figures import Figure, spread

mpl.use("Agg")  # files, no window


def draw(figure: Figure, folder: Path, part: str) -> Path:
    """A PNG beside the JSON, named after the part and the figure's title."""
    slug = re.sub(r"\W+", "-", figure.title.lower()).strip("-")
    file = folder / f"{part}-{slug}.png"
    subjects = list(figure.values)
    picture, axes = plt.subplots(figsize=(8, 0.6 + 0.5 * len(subjects)), layout="constrained")
    axes.barh(subjects, [spread(figure.values[each]).median for each in subjects], color="#9ecae1")
    for row, subject in enumerate(subjects):
        values = figure.values[subject]
        axes.plot(values, [row] * len(values), "o", color="#08519c", markersize=4)
    axes.invert_yaxis()
    axes.set_xlim(left=0)
    axes.set_xlabel(f"{figure.unit} ({figure.better} is better)")
    axes.set_title(figure.title)
    picture.savefig(file, dpi=100)
    plt.close(picture)
    return file
