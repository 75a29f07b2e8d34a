"""How the kinds of layer of this set are fed, where no earlier feeding fits."""

from gradcheck.model import Domain
from tests.support.layer_target import data, labels
from tests.zoo.second_half.feedings import Array, Built, Option, fixed
from tests.zoo.third_set.feedings import Sized, given, mask

_matrices, _trio = ((3, 5), (7, 11)), ((3, 5), (7, 11), (5, 3))

betas = Option("beta", (1.0, 2.5, 0.4))
overlaps = Sized(
    lambda n, d: [data("p", n, d, domain=Domain.UNIT), mask("t", n, d)],
    _trio,
    (),
    given("alpha", (0.5, 0.2, 0.8)),
)
members = Sized(overlaps.leaves, _matrices)
widths = Sized(
    lambda n, d: [data("y", n, d), fixed("t", n, d)],
    ((5, 7), (7, 11), (5, 13)),
    (),
    given("width", (1.0, 2.0, 0.5)),
)
triples = Sized(lambda n, d: [data("a", n, d), data("p", n, d), data("n", n, d)], _matrices)
smoothed = Sized(
    lambda n, k: [data("z", n, k), labels("t", n, bound=k)],
    _trio,
    (),
    given("smoothing", (0.0, 0.1, 0.3)),
)
spreads = Sized(
    lambda n, d: [
        data("m", n, d),
        data("v", n, d, domain=Domain.POSITIVE),
        fixed("t", n, d),
    ],
    _matrices,
)
laws = Sized(
    lambda n, d: [
        data("a", n, d),
        data("s", n, d, domain=Domain.POSITIVE),
        data("b", n, d),
        data("r", n, d, domain=Domain.POSITIVE),
    ],
    _matrices,
)
coins = Sized(
    lambda n, d: [data("p", n, d, domain=Domain.UNIT), labels("t", n, d, bound=2)], _matrices
)
picks = Sized(
    lambda n, k: [data("p", n, k, domain=Domain.SIMPLEX), labels("t", n, bound=k)], _matrices
)
mixtures = Sized(lambda n, k: [data("z", n, k), data("m", n, k), fixed("t", n, 1)], _matrices)
fits = Sized(
    lambda n, d, m: [data("x", n, d), fixed("t", n, m)], ((3, 5, 7), (11, 2, 3)), (1, 2)
)
classes = Sized(
    lambda n, k, d: [data("x", n, d), labels("t", n, bound=k)], ((7, 3, 5), (11, 5, 2)), (1, 2)
)

kron = Sized(lambda n, p, q: [data("a", n, p), data("b", n, q)], ((2, 3, 5), (3, 7, 2)))
gated = Sized(lambda n, d: [data("a", n, d), data("b", n, 1)], _matrices)
square_affine = Built((1,), ((3, 5), (2, 7)), ((5,), (7,)))
as_many_rows = Built((1,), ((5, 3), (7, 2)), ((5,), (7,)))
affine = Built((1,), ((7, 5), (1, 11), (2, 3)), ((3,), (5,), (7,)))
blocks = Array(((2, 3, 4, 6), (3, 1, 6, 10)))
sevens = Array(((3, 7), (5, 11)))
heads = Array(((2, 3, 10), (3, 5, 14)))
segments = Sized(lambda n, d: [data("x", n, d), labels("t", n, bound=4)], ((7, 3), (11, 2)))
films = Sized(
    lambda n, c, t: [data("x", n, c, t), data("g", n, c), data("b", n, c)],
    ((2, 3, 5), (3, 7, 2)),
)
places = Sized(lambda n, c, h, w: [data("x", n, c, h, w)], ((2, 3, 5, 2), (3, 5, 2, 3)), (1,))
dilated = Sized(
    lambda n, c, t: [data("x", n, c, t)],
    ((2, 3, 7), (3, 2, 11)),
    (1,),
    given("dilation", (1, 2)),
)
spans = Sized(lambda n, t, d: [data("x", n, t, d), mask("keep", n, t)], ((2, 7, 3), (3, 11, 2)))
normed = Built((1,), ((2, 3, 7), (3, 2, 5)))
many_queries = Sized(
    lambda n, h, t, d: [data("q", n, h, t, d), data("k", n, t, d), data("v", n, t, d)],
    ((2, 3, 5, 7), (3, 2, 3, 5)),
)
biased = Sized(
    lambda n, t, d: [data("z", n, t, t), data("v", n, t, d)], ((2, 3, 5), (3, 5, 2)), (1,)
)
steps = Array(((2, 5, 3), (3, 7, 2)))
one_step = Array(((2, 5, 3), (3, 1, 2)))
