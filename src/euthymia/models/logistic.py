"""Logistic regression with a normal prior on each coefficient: the mode, and its curvature.

With wide priors this is ordinary maximum likelihood; with the literature's it is how a clinic's
own cohort may correct the published effects.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from euthymia.models.pooling import NORMAL_95

Array = NDArray[np.float64]
STEPS, CLOSE = 50, 1e-10


class Fit(Struct, frozen=True, eq=False):
    """Coefficients in the order of the columns, with their standard errors (log-odds)."""

    coefficients: Array
    standard_errors: Array

    @property
    def intervals_95(self) -> Array:
        """Shape (columns, 2): lower and upper bound."""
        reach = NORMAL_95 * self.standard_errors
        return np.column_stack((self.coefficients - reach, self.coefficients + reach))


def fit(columns: Array, outcomes: Array, prior_mean: Array, prior_sd: Array) -> Fit:
    """Newton's method to the posterior mode; the Laplace approximation around it.

    Args:
        columns: Shape (patients, columns); add a column of ones for the intercept.
        outcomes: Shape (patients,): 0 or 1.
        prior_mean: Shape (columns,): where each coefficient is expected.
        prior_sd: Shape (columns,): how firmly; `inf` leaves a coefficient free.

    Raises:
        ValueError: It does not settle, as where a column splits the outcomes perfectly and its
            prior is flat.
    """
    precision = np.where(np.isinf(prior_sd), 0.0, 1 / prior_sd**2)
    found = np.array(prior_mean, dtype=float)
    for _ in range(STEPS):
        expected = 1 / (1 + np.exp(-columns @ found))
        slope = columns.T @ (outcomes - expected) - precision * (found - prior_mean)
        weights = expected * (1 - expected)
        curvature = (columns * weights[:, None]).T @ columns + np.diag(precision)
        step = np.linalg.solve(curvature, slope)
        found = found + step
        if np.abs(step).max() < CLOSE:
            return Fit(found, np.sqrt(np.diag(np.linalg.inv(curvature))))
    raise ValueError(
        f"the fit did not settle in {STEPS} steps; give the coefficients a narrower prior"
    )
