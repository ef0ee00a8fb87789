"""The axes of drawings that run over weeks."""

from dataclasses import dataclass

from vesicle.core.drawing import svg

_STEPS = (1, 2, 4, 6, 13, 26, 52, 104, 260)


@dataclass(frozen=True, slots=True)
class Axes:
    """Where the drawing lies, how many weeks it spans, and which values its lower and upper edge stand for."""

    left: float
    right: float
    top: float
    bottom: float
    weeks: float
    low: float = 0.0
    high: float = 1.0

    def x(self, week: float) -> float:
        """Return the place of a week; later weeks than the axis has are at its end."""
        return self.left + (self.right - self.left) * min(week, self.weeks) / self.weeks

    def y(self, value: float) -> float:
        """Return the place of a value."""
        return self.bottom - (self.bottom - self.top) * (value - self.low) / (self.high - self.low)


def week_axis(axes: Axes, *, narrow: bool, start: str = "Start", weeks: str = "weeks") -> list[str]:
    """Return the axis of weeks along the bottom, with at most five (narrow) or nine steps; two words name it."""
    most = 5 if narrow else 9
    step = next((step for step in _STEPS if axes.weeks / step <= most), _STEPS[-1])
    body = [svg.line(axes.left, axes.bottom, axes.right, axes.bottom, "ax")]
    for week in range(0, int(axes.weeks) + 1, step):
        x = axes.x(week)
        body.append(svg.line(x, axes.bottom, x, axes.bottom + 5, "ax"))
        words = start if week == 0 else (f"{week} {weeks}" if week == step else str(week))
        if week and axes.right - x < 20:
            body.append(svg.label(axes.right, axes.bottom + 23, words, class_="sm", anchor="end"))
        else:
            body.append(svg.label(x, axes.bottom + 23, words, class_="sm", anchor="middle" if week else ""))
    return body
