"""Operations on two arrays, and powers."""

import numpy as np


class AddRow:
    def forward(self, a, b):
        return a + b

    def backward(self, dout):
        return dout.copy(), dout.sum(axis=0)


class AddRowLeavesBatchAxis(AddRow):
    def backward(self, dout):
        return dout.copy(), dout.copy()


class AddRowSumsOverFeatures(AddRow):
    def backward(self, dout):
        return dout.copy(), dout.sum(axis=1)


class MultiplyColumn:
    def forward(self, a, b):
        self.a, self.b = a, b
        return a * b

    def backward(self, dout):
        return dout * self.b, (dout * self.a).sum(axis=1, keepdims=True)


class MultiplyColumnSumsAll(MultiplyColumn):
    def backward(self, dout):
        return dout * self.b, np.zeros_like(self.b) + np.sum(dout * self.a)


class Multiply:
    def forward(self, a, b):
        self.a, self.b = a, b
        return a * b

    def backward(self, dout):
        return dout * self.b, dout * self.a


class MultiplyByOwnFactor(Multiply):
    def backward(self, dout):
        return dout * self.a, dout * self.b


class Divide:
    def forward(self, a, b):
        self.a, self.b = a, b
        return a / b

    def backward(self, dout):
        return dout / self.b, -dout * self.a / self.b**2


class DivideWithoutMinus(Divide):
    def backward(self, dout):
        return dout / self.b, dout * self.a / self.b**2


class DivideWithoutSquare(Divide):
    def backward(self, dout):
        return dout / self.b, -dout * self.a / self.b


class Power:
    def forward(self, a, b):
        self.a, self.b = a, b
        return a**b

    def backward(self, dout):
        a, b = self.a, self.b
        return dout * b * a ** (b - 1), dout * a**b * np.log(a)


class PowerKeepsExponent(Power):
    def backward(self, dout):
        a, b = self.a, self.b
        return dout * b * a**b, dout * a**b * np.log(a)


class PowerForgetsLogarithm(Power):
    def backward(self, dout):
        a, b = self.a, self.b
        return dout * b * a ** (b - 1), dout * a**b


class FixedPower:
    def __init__(self, p=2):
        self.p = p

    def forward(self, x):
        self.x = x
        return x**self.p

    def backward(self, dout):
        return dout * self.p * self.x ** (self.p - 1)


class FixedPowerDividesByBase(FixedPower):
    def backward(self, dout):
        return dout * self.p * self.x**self.p / self.x


class Square:
    def forward(self, x):
        self.x = x
        return x * x

    def backward(self, dout):
        return dout * self.x + dout * self.x


class SquareHearsOneFactor(Square):
    def backward(self, dout):
        return dout * self.x


class Maximum:
    def forward(self, a, b):
        self.a, self.b = a, b
        self.first = a >= b
        return np.maximum(a, b)

    def backward(self, dout):
        return np.where(self.first, dout, 0.0), np.where(self.first, 0.0, dout)


class MaximumPaysBothOfEquals(Maximum):
    def backward(self, dout):
        return dout * (self.a >= self.b), dout * (self.b >= self.a)
