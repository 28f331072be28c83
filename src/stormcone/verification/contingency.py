"""What was said against what came, as a table of two by two, and the scores it gives."""

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray


class Table(Struct, frozen=True):
    """Counts of yes and no: said and came, said only, came only, neither.

    A score whose denominator is zero is None, never 0: nobody can tell.

    References
    ----------
    Wilks, Statistical Methods in the Atmospheric Sciences, section on 2 x 2 tables; the
    letters in the formulae there are a, b, c and d in the order of the fields here.

    Examples
    --------
    Finley's tornadoes of 1884:

    >>> finley = Table(28, 72, 23, 2680)
    >>> round(finley.pod, 3), round(finley.hss, 3)
    (0.549, 0.355)
    >>> Table(0, 0, 0, 9).pod is None
    True
    """

    hits: int
    false_alarms: int
    misses: int
    correct_negatives: int

    @property
    def cases(self) -> int:
        """All cases."""
        return self.hits + self.false_alarms + self.misses + self.correct_negatives

    @property
    def events(self) -> int:
        """Cases in which it came."""
        return self.hits + self.misses

    @property
    def pod(self) -> float | None:
        """Probability of detection: the share of events that were said."""
        return _ratio(self.hits, self.events)

    @property
    def far(self) -> float | None:
        """False alarm ratio: the share of what was said that did not come."""
        return _ratio(self.false_alarms, self.hits + self.false_alarms)

    @property
    def pofd(self) -> float | None:
        """Probability of false detection: the share of non-events that were said."""
        return _ratio(self.false_alarms, self.false_alarms + self.correct_negatives)

    @property
    def csi(self) -> float | None:
        """Critical success index: hits among all that was said or came."""
        return _ratio(self.hits, self.hits + self.false_alarms + self.misses)

    @property
    def bias(self) -> float | None:
        """How often it was said against how often it came."""
        return _ratio(self.hits + self.false_alarms, self.events)

    @property
    def hss(self) -> float | None:
        """Heidke skill score: 0 for chance, 1 for no mistake."""
        a, b, c, d = self.hits, self.false_alarms, self.misses, self.correct_negatives
        return _ratio(2 * (a * d - b * c), (a + c) * (c + d) + (a + b) * (b + d))

    @property
    def tss(self) -> float | None:
        """True skill statistic: POD less POFD."""
        pod, pofd = self.pod, self.pofd
        return None if pod is None or pofd is None else pod - pofd


def table(said: NDArray[np.bool_], came: NDArray[np.bool_]) -> Table:
    """Return the table of cases, both arrays being true or false and of one shape.

    Raises
    ------
    ValueError
        If they are not: what is not known (NaN) has no place in a table.
    """
    yes, true = np.asarray(said), np.asarray(came)
    if yes.dtype != np.bool_ or true.dtype != np.bool_ or yes.shape != true.shape:
        raise ValueError(
            f"said is {yes.dtype} {yes.shape} and came is {true.dtype} {true.shape}; give two "
            f"arrays of true and false, of one shape, without the cases that are not known"
        )
    counts = (yes & true, yes & ~true, ~yes & true, ~yes & ~true)
    return Table(*(int(np.count_nonzero(one)) for one in counts))


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None
