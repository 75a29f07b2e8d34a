"""Functions with a backward pass of their own, and modules around them, right and wrong."""

import torch
from torch import nn
from torch.autograd import Function


class Cube(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return 3 * x**2 * grad_output


class SetUpApart(Function):
    @staticmethod
    def forward(x, w):
        return x @ w

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx, grad_output):
        x, w = ctx.saved_tensors
        return grad_output @ w.T, x.T @ grad_output


class SquaresUpstream(Cube):
    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return 3 * x**2 * grad_output**2


class ClipsUpstream(Cube):
    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return 3 * x**2 * grad_output.clamp(-0.7, 0.7)


class AbsoluteUpstream(Cube):
    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return 3 * x**2 * grad_output.abs()


class ZeroesUpstream(Cube):
    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        answer = 3 * x**2 * grad_output
        grad_output.zero_()
        return answer


class ClassLevelState(Function):
    kept = None

    @staticmethod
    def forward(ctx, x):
        ClassLevelState.kept = x.detach()
        return x**3

    @staticmethod
    def backward(ctx, grad_output):
        return 3 * ClassLevelState.kept**2 * grad_output


class CubeLinear(nn.Module):
    def __init__(self, in_features, out_features):
        super().__init__()
        self.linear = nn.Linear(in_features, out_features)

    def forward(self, x):
        return Cube.apply(self.linear(x))


class ClippedLinear(nn.Module):
    def __init__(self, in_features, out_features):
        super().__init__()
        self.linear = nn.Linear(in_features, out_features)

    def forward(self, x):
        return ClipsUpstream.apply(self.linear(x))
