"""Classification into one of K classes."""

import numpy.typing as npt

from nn.arrays import Array, cast_like
from nn.functions import log_softmax, softmax
from nn.losses.class_targets import as_class_weights, class_rows, require_a_weight_each
from nn.losses.mean_loss import MeanLoss


class SoftmaxCrossEntropy(MeanLoss):
    """-sum(t * log(softmax(x))), the mean over the batch, from logits x (N, K) or (K,).

    t holds integer labels, (N,) or a scalar, or rows of probabilities in the shape of x, of
    which one-hot is the usual case.  dx = (softmax(x) - t) / N (Goodfellow et al., Deep
    Learning, 6.2.2.3); for rows that do not sum to one, softmax(x) is multiplied by their sum.

    `label_smoothing` e replaces t by (1 - e) t + e / K (Szegedy et al., "Rethinking the
    Inception architecture", 2016, 7).  `class_weights` w (K,) multiplies the cost of each
    class, and the mean is weighted: its divisor is the sum of w at the labels, in place of N.
    Examples labelled `ignore_index` cost nothing and do not count; where none is left the loss
    is 0.

    Raises
    ------
    ValueError
        For a smoothing outside [0, 1), for negative weights, or another number of them than of
        classes.
    """

    def __init__(
        self,
        *,
        label_smoothing: float = 0.0,
        ignore_index: int | None = None,
        class_weights: npt.ArrayLike | None = None,
    ) -> None:
        super().__init__()
        if not 0 <= label_smoothing < 1:
            raise ValueError(
                "SoftmaxCrossEntropy: label_smoothing must lie in [0, 1), "
                f"got {label_smoothing}"
            )
        self.label_smoothing = label_smoothing
        self.ignore_index = ignore_index
        self.class_weights = (
            None if class_weights is None else as_class_weights(self, class_weights)
        )

    def _targets(self, x: Array, t: Array) -> Array:
        rows = class_rows(self, x, t, ignore_index=self.ignore_index)
        if self.class_weights is not None:
            require_a_weight_each(self, self.class_weights, x)
        return self._rescaled(rows) * self._share(rows)

    def _evaluate(self, x: Array, t: Array) -> tuple[Array, Array]:
        return -t * log_softmax(x), softmax(x) * t.sum(axis=-1, keepdims=True) - t

    def _rescaled(self, rows: Array) -> Array:
        """The targets, smoothed and weighted; rows of zeros stay as they are."""
        if self.label_smoothing:
            even = self.label_smoothing / rows.shape[-1] * rows.sum(axis=-1, keepdims=True)
            smoothed: Array = (1 - self.label_smoothing) * rows + even
        else:
            smoothed = rows
        if self.class_weights is None:
            return smoothed
        return smoothed * cast_like(self.class_weights, rows)

    def _share(self, rows: Array) -> float:
        """N over the sum of the weights of the examples: it turns a mean into a weighted one.

        The cost is linear in the targets, so they can carry the factor.
        """
        if self.class_weights is None and self.ignore_index is None:
            return 1.0
        weights = 1.0 if self.class_weights is None else self.class_weights
        total = float((rows.real * weights).sum())
        return rows.size / rows.shape[-1] / total if total else 0.0
