"""Operations with a backward pass of their own, right and wrong."""

from mygrad.operation_base import Operation


class Cube(Operation):
    def __call__(self, x):
        self.variables = (x,)
        return x.data**3

    def backward_var(self, grad, index, **kwargs):
        (x,) = self.variables
        return 3 * x.data**2 * grad


class Product(Operation):
    def __call__(self, x, w):
        self.variables = (x, w)
        return x.data @ w.data

    def backward_var(self, grad, index, **kwargs):
        x, w = self.variables
        return grad @ w.data.T if index == 0 else x.data.T @ grad


class CubeSquaredUpstream(Cube):
    def backward_var(self, grad, index, **kwargs):
        (x,) = self.variables
        return 3 * x.data**2 * grad**2
