"""The six maps that every supported operator is made of, over lists of Fractions (row-major), with their pullbacks and
rounding errors.

A primitive has
  forward(xs)            the exact outputs of the operand lists xs;
  backward(g, xs)        for outputs' cotangents g, the list of each operand's cotangents. The conventions of the tool:
                         relu'(0) = 0, leaky relu'(0) = slope, the first maximum of a window wins;
  error(u, eta, xs, es)  how far a floating-point run may lie from forward(xs) when its operands lie within es of xs,
                         where one operation rounds to within u |result| + eta. Sums and products may be taken in any
                         order: a sum of n products is within gamma_n of the sum of magnitudes (Higham, Accuracy and
                         Stability, section 3.1), and gamma_n <= 1.01 n u for the small n here. The few roundings of
                         these doubles themselves are far below the slack of n + 6 for n. A bound near the largest
                         number is infinite: the run may have overflowed.
"""

from dataclasses import dataclass
from fractions import Fraction


def magnitude(x):
    try:
        return abs(float(x))
    except OverflowError:
        return float("inf")


def rounded(n, u, eta, size, steps=1.0):
    """The error of n operations on magnitudes that sum to `size`; infinite where size is near the largest number."""
    if size > (1e37 if u > 1e-10 else 1e306):
        return float("inf")
    return 1.01 * (n + 6) * (u * size + eta * steps)


@dataclass
class Move:
    """y_o = operand k's element i, for cells[o] = (k, i), or 0 where it is None."""

    cells: list

    def forward(self, xs):
        return [Fraction(0) if c is None else xs[c[0]][c[1]] for c in self.cells]

    def backward(self, g, xs):
        ds = [[Fraction(0)] * len(x) for x in xs]
        for d, c in zip(g, self.cells):
            if c is not None:
                ds[c[0]][c[1]] += d
        return ds

    def error(self, u, eta, xs, es):
        return [0.0 if c is None else es[c[0]][c[1]] for c in self.cells]


@dataclass
class Bilinear:
    """y_o = alpha sum a_i b_j over the pairs (i, j) of o, + beta c_k for k = bias[o]: Gemm, MatMul, Conv."""

    pairs: list
    bias: list = None
    alpha: Fraction = Fraction(1)
    beta: Fraction = Fraction(1)

    def forward(self, xs):
        a, b = xs[0], xs[1]
        ys = [self.alpha * sum((a[i] * b[j] for i, j in pairs), Fraction(0)) for pairs in self.pairs]
        return ys if self.bias is None else [y + self.beta * xs[2][k] for y, k in zip(ys, self.bias)]

    def backward(self, g, xs):
        a, b = xs[0], xs[1]
        ds = [[Fraction(0)] * len(x) for x in xs]
        for o, pairs in enumerate(self.pairs):
            d = self.alpha * g[o]
            for i, j in pairs if d else ():
                ds[0][i] += d * b[j]
                ds[1][j] += d * a[i]
            if self.bias is not None:
                ds[2][self.bias[o]] += self.beta * g[o]
        return ds

    def error(self, u, eta, xs, es):
        (a, b), (ea, eb) = [[magnitude(x) for x in v] for v in xs[:2]], es[:2]
        al, be, out = magnitude(self.alpha), magnitude(self.beta), []
        for o, pairs in enumerate(self.pairs):
            carried = sum(ea[i] * b[j] + (a[i] + ea[i]) * eb[j] for i, j in pairs) * al
            size = sum((a[i] + ea[i]) * (b[j] + eb[j]) for i, j in pairs) * (al + 1)
            steps = (1 + al) * (
                1 + sum(a[i] + b[j] for i, j in pairs)
            )  # alpha may be multiplied into a factor, and underflow there
            if self.bias is not None:
                k = self.bias[o]
                carried += be * es[2][k]
                size += (1 + be) * (magnitude(xs[2][k]) + es[2][k])
            out.append(carried + rounded(len(pairs), u, eta, size, steps))
        return out


@dataclass
class Reduce:
    """y_o = (sum of x over groups[o]) / divisors[o]: sums, means, average pools."""

    groups: list
    divisors: list

    def forward(self, xs):
        return [sum((xs[0][i] for i in group), Fraction(0)) / d for group, d in zip(self.groups, self.divisors)]

    def backward(self, g, xs):
        ds = [Fraction(0)] * len(xs[0])
        for d, group, n in zip(g, self.groups, self.divisors):
            for i in group:
                ds[i] += d / n
        return [ds]

    def error(self, u, eta, xs, es):
        return [
            sum(es[0][i] for i in group) / n
            + rounded(len(group), u, eta, sum(magnitude(xs[0][i]) + es[0][i] for i in group))
            for group, n in zip(self.groups, self.divisors)
        ]


@dataclass
class Binary:
    """y_o = a_i (+, -, *, /) b_j for cells[o] = (i, j). Raises ZeroDivisionError."""

    sign: str
    cells: list

    def forward(self, xs):
        f = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / b}[
            self.sign
        ]
        return [f(xs[0][i], xs[1][j]) for i, j in self.cells]

    def backward(self, g, xs):
        ds = [[Fraction(0)] * len(x) for x in xs]
        for d, (i, j) in zip(g, self.cells):
            a, b = xs[0][i], xs[1][j]
            left, right = (
                {"+": (1, 1), "-": (1, -1), "*": (b, a)}[self.sign] if self.sign != "/" else (1 / b, -a / (b * b))
            )
            ds[0][i] += d * left
            ds[1][j] += d * right
        return ds

    def error(self, u, eta, xs, es):
        out = []
        for i, j in self.cells:
            a, b, ea, eb = magnitude(xs[0][i]), magnitude(xs[1][j]), es[0][i], es[1][j]
            if self.sign in "+-":
                out.append(ea + eb + rounded(1, u, eta, a + b + ea + eb))
            elif self.sign == "*":
                out.append(ea * b + a * eb + ea * eb + rounded(1, u, eta, (a + ea) * (b + eb)))
            elif b <= 2 * eb or b == 0:
                out.append(float("inf"))
            else:  # |(a + da)/(b + db) - a/b| <= (ea b + a eb) / (b (b - eb))
                out.append(1.01 * (ea / (b - eb) + (a / b) * (eb / (b - eb))) + rounded(1, u, eta, (a + ea) / (b - eb)))
        return out


@dataclass
class Linear:
    """y = slope x for x <= 0, x above: Relu (slope 0), LeakyRelu; Neg is the same with `negate`."""

    slope: Fraction
    negate: bool = False

    def forward(self, xs):
        return [-x for x in xs[0]] if self.negate else [x if x > 0 else self.slope * x for x in xs[0]]

    def backward(self, g, xs):
        return [[-d for d in g] if self.negate else [d if x > 0 else self.slope * d for d, x in zip(g, xs[0])]]

    def error(self, u, eta, xs, es):
        if self.negate or self.slope == 0:
            return list(es[0])
        s = max(1.0, magnitude(self.slope))  # its Lipschitz constant
        return [s * e + rounded(1, u, eta, s * (magnitude(x) + e)) for x, e in zip(xs[0], es[0])]


@dataclass
class Maximum:
    """y_o = the maximum of x over groups[o], in whose order the first one wins."""

    groups: list

    def forward(self, xs):
        return [max(xs[0][i] for i in group) for group in self.groups]

    def backward(self, g, xs):
        ds = [Fraction(0)] * len(xs[0])
        for d, group in zip(g, self.groups):
            ds[max(group, key=lambda i: xs[0][i])] += d  # max returns the first of equal ones
        return [ds]

    def error(self, u, eta, xs, es):
        return [max(es[0][i] for i in group) for group in self.groups]


@dataclass
class Normalize:
    """y = (x - mean_c) scale_c / root_c + bias_c with c = channel[o], where root_c^2 = variance_c + epsilon is the
    square of a fraction.

    d/d variance = -(x - mean) scale / (2 root^3).
    """

    channel: list
    roots: list

    def forward(self, xs):
        x, scale, bias, mean, _ = xs
        return [(x[o] - mean[c]) * scale[c] / self.roots[c] + bias[c] for o, c in enumerate(self.channel)]

    def backward(self, g, xs):
        x, scale, bias, mean, variance = xs
        ds = [[Fraction(0)] * len(v) for v in xs]
        for o, c in enumerate(self.channel):
            r, d = self.roots[c], g[o]
            ds[0][o] += d * scale[c] / r
            ds[1][c] += d * (x[o] - mean[c]) / r
            ds[2][c] += d
            ds[3][c] -= d * scale[c] / r
            ds[4][c] -= d * (x[o] - mean[c]) * scale[c] / (2 * r**3)
        return ds

    def error(self, u, eta, xs, es):
        """The four parameters are exact; folded into x a + b or not, the magnitudes are these."""
        x, scale, bias, mean, _ = xs
        out = []
        for o, c in enumerate(self.channel):
            a = magnitude(scale[c] / self.roots[c])
            size = a * (magnitude(x[o]) + es[0][o] + magnitude(mean[c])) + magnitude(bias[c])
            out.append(a * es[0][o] + rounded(8, u, eta, size, 1 + a + magnitude(x[o]) + magnitude(mean[c])))
        return out
