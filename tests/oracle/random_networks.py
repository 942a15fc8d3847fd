"""Random small networks of every operator that has a rational value (and BatchNormalization where its square root is
rational)."""

from fractions import Fraction
from itertools import product
from math import prod
from struct import pack, unpack

import files
from networks import Network
from primitives import Bilinear, Binary, Linear, Maximum, Move, Normalize, Reduce


def float32(x):
    return unpack("<f", pack("<f", x))[0]


def number(rng, style, kind):
    """ties: -1, 0 and 1, so that sums are often 0 and maxima often equal; small: eighths; float: any significand;
    wild: exponents from -40 to 40 (float64: 200), and subnormals."""
    if style == "ties":
        return float(rng.randint(-1, 1))
    if style == "small" or rng.random() < 0.1:
        return rng.randint(-16, 16) / 8
    x = rng.gauss(0, 1)
    if style == "wild":
        x *= 2.0 ** rng.randint(-40, 40) if rng.random() < 0.95 else 2.0 ** (-140 if kind == files.FLOAT32 else -1060)
    return float32(x) if kind == files.FLOAT32 else x


def strides(dims):
    return [prod(dims[k + 1 :]) for k in range(len(dims))]


def indices(dims):
    return list(product(*(range(d) for d in dims)))


def flat(index, dims):
    return sum(i * s for i, s in zip(index, strides(dims)))


def broadcast(a, b):
    """(dims of the result, the cells (i, j) of each element), by NumPy's rule; None where the shapes do not agree."""
    r = max(len(a), len(b))
    la, lb = [1] * (r - len(a)) + a, [1] * (r - len(b)) + b
    if any(p != q and 1 not in (p, q) for p, q in zip(la, lb)):
        return None
    dims = [q if p == 1 else p for p, q in zip(la, lb)]
    pick = lambda index, d: flat([0 if n == 1 else i for i, n in zip(index, d)], d)
    return dims, [(pick(o, la), pick(o, lb)) for o in indices(dims)]


class Builder:
    largest = 40  # elements of a value

    def __init__(self, rng):
        self.rng = rng
        self.style = rng.choice(["ties", "ties", "small", "float", "float", "wild"])
        kind = rng.choice([files.FLOAT32, files.FLOAT32, files.FLOAT64])
        shape = rng.choice(
            [[4], [1, 3], [1, 5], [2, 3], [1, 1, 4, 4], [1, 2, 3, 3], [1, 2, 5], [2, 1, 3, 3], [3, 2, 2]]
        )
        self.net = Network(rng.randint(13, 21), kind, shape)
        self.live, self.squares, self.rational = ["x"], 2, True

    def weights(self, dims):
        return self.net.parameter(dims, [number(self.rng, self.style, self.net.kind) for _ in range(prod(dims))])

    def real(self):
        """An attribute: ONNX stores it as float32."""
        return float32(self.rng.choice([0.1, 0.5, 2.0, -0.25, 1.0, self.rng.gauss(0, 1)]))

    def gemm(self, x):
        (p, q), rng = self.net.dims[x], self.rng
        ta, tb, m, bias = rng.randint(0, 1), rng.randint(0, 1), rng.randint(1, 4), rng.randint(0, 3)
        n, k = (q, p) if ta else (p, q)
        names = [x, self.weights([m, k] if tb else [k, m])]
        shape = [[], [m], [1, m], [n, 1]][bias]
        cells = [c for _, c in broadcast([n, m], shape)[1]] if bias else None
        if bias:
            names.append(self.weights(shape))
        pairs = [
            [(i * n + r if ta else r * k + i, c * k + i if tb else i * m + c) for i in range(k)]
            for r in range(n)
            for c in range(m)
        ]
        alpha, beta = (self.real(), self.real()) if rng.random() < 0.4 else (1.0, 1.0)
        attributes = {"transA": ta, "transB": tb, "alpha": alpha, "beta": beta}
        return self.net.add("Gemm", names, [n, m], Bilinear(pairs, cells, Fraction(alpha), Fraction(beta)), attributes)

    def matmul(self, x):
        d, rng = self.net.dims[x], self.rng
        m, left = rng.randint(1, 4), len(d) >= 2 and rng.random() < 0.3
        w = self.weights([m, d[-2]] if left else [d[-1], m])
        lead = d[:-2] if left else d[:-1]
        if left:
            n, k = d[-1], d[-2]
            pairs = [
                [(r * k + i, flat(b, lead) * k * n + i * n + c) for i in range(k)]
                for b in indices(lead)
                for r in range(m)
                for c in range(n)
            ]
            return self.net.add("MatMul", [w, x], lead + [m, n], Bilinear(pairs))
        k = d[-1]
        pairs = [[(flat(r, lead) * k + i, i * m + c) for i in range(k)] for r in indices(lead) for c in range(m)]
        return self.net.add("MatMul", [x, w], lead + [m], Bilinear(pairs))

    def binary(self, x):
        rng, d = self.rng, self.net.dims[x]
        name, sign = rng.choice([("Add", "+"), ("Sub", "-"), ("Mul", "*"), ("Div", "/")])
        other = rng.choice(self.live) if rng.random() < 0.5 else None
        if other and sign in "*/":
            self.squares -= 1
        if other is None or broadcast(d, self.net.dims[other]) is None or self.squares < 0:
            other = self.weights([n if rng.random() < 0.7 else 1 for n in d[rng.randint(0, len(d)) :]])
        pair = [x, other] if sign == "/" or rng.random() < 0.7 else [other, x]
        dims, cells = broadcast(*(self.net.dims[p] for p in pair))
        if sign == "/" and other in self.net.parameters and 0 in self.net.parameters[other]:
            sign, name = "+", "Add"
        return self.net.add(name, pair, dims, Binary(sign, cells))

    def activation(self, x):
        kind = self.rng.choice(["Relu", "Relu", "Relu", "LeakyRelu", "Neg", "Identity", "Dropout"])
        if kind == "LeakyRelu":
            alpha = self.real()
            return self.net.add(kind, [x], self.net.dims[x], Linear(Fraction(alpha)), {"alpha": alpha})
        if kind in ("Identity", "Dropout"):
            return self.net.add(kind, [x], self.net.dims[x], Move([(0, i) for i in range(self.net.size(x))]))
        return self.net.add(kind, [x], self.net.dims[x], Linear(Fraction(0), kind == "Neg"))

    def windows(self, x, dilate, ceil=False):
        """Kernel, attributes, output dims and, of each output place, the cells read: (kernel index, input index or
        None in the padding)."""
        rng, space = self.rng, self.net.dims[x][2:]
        kernel = [rng.randint(1, min(3, n)) for n in space]
        dilation = [rng.randint(1, 2) if dilate and (k - 1) * 2 < n else 1 for k, n in zip(kernel, space)]
        stride = [rng.randint(1, k if ceil else 2) for k in kernel]
        before, after = [[0 if ceil else rng.randint(0, k - 1) for k in kernel] for _ in range(2)]
        reach = [(k - 1) * d + 1 for k, d in zip(kernel, dilation)]
        room = [n + a + b - r for n, a, b, r in zip(space, before, after, reach)]
        out = [(-(-m // s) if ceil else m // s) + 1 for m, s in zip(room, stride)]
        places = []
        for o in indices(out):
            at = lambda k: [i * s - p + j * d for i, s, p, j, d in zip(o, stride, before, k, dilation)]
            inside = lambda i: all(0 <= p < n for p, n in zip(i, space))
            padded = lambda i: all(p < n + a for p, n, a in zip(i, space, after))
            places.append([(k, at(k) if inside(at(k)) else None) for k in indices(kernel) if padded(at(k))])
        attributes = {"kernel_shape": kernel, "strides": stride, "pads": before + after}
        if dilate:
            attributes["dilations"] = dilation
        return kernel, attributes, out, places

    def convolution(self, x):
        rng, (n, c, *space) = self.rng, self.net.dims[x]
        groups = rng.choice([g for g in (1, 1, 2) if c % g == 0])
        m, per = groups * rng.randint(1, 2), c // groups
        kernel, attributes, out, places = self.windows(x, True)
        names, kdims = [x, self.weights([m, per, *kernel])], [m, per, *kernel]
        pairs = []
        for b, f, cells in product(range(n), range(m), places):
            first = f // (m // groups) * per
            pairs.append(
                [
                    (flat([b, first + i, *at], [n, c, *space]), flat([f, i, *k], kdims))
                    for i in range(per)
                    for k, at in cells
                    if at
                ]
            )
        bias = None
        if rng.random() < 0.7:
            names.append(self.weights([m]))
            bias = [f for _, f, _ in product(range(n), range(m), places)]
        return self.net.add("Conv", names, [n, m, *out], Bilinear(pairs, bias), dict(attributes, group=groups))

    def pool(self, x):
        rng, (n, c, *space) = self.rng, self.net.dims[x]
        ceil, maximum, counted = rng.random() < 0.3, rng.random() < 0.5, rng.randint(0, 1)
        _, attributes, out, places = self.windows(x, maximum, ceil)
        attributes["ceil_mode"] = int(ceil)
        planes = list(product(range(n), range(c), places))
        groups = [[flat([b, f, *at], [n, c, *space]) for _, at in cells if at] for b, f, cells in planes]
        if not all(groups):  # a window of padding alone has no maximum and no mean
            return None
        if maximum:
            return self.net.add("MaxPool", [x], [n, c, *out], Maximum(groups), attributes)
        divisors = [len(cells) if counted else len(group) for (_, _, cells), group in zip(planes, groups)]
        return self.net.add(
            "AveragePool", [x], [n, c, *out], Reduce(groups, divisors), dict(attributes, count_include_pad=counted)
        )

    def normalization(self, x):
        rng, (n, c, *rest) = self.rng, self.net.dims[x]
        roots, epsilon = [Fraction(rng.randint(1, 12), 4) for _ in range(c)], 2.0 ** -rng.randint(5, 10)
        small = lambda: [rng.randint(-16, 16) / 8 for _ in range(c)]
        names = [x] + [
            self.net.parameter([c], v)
            for v in (small(), small(), small(), [float(r * r - Fraction(epsilon)) for r in roots])
        ]
        self.rational = False
        return self.net.add(
            "BatchNormalization",
            names,
            self.net.dims[x],
            Normalize([i[1] for i in indices(self.net.dims[x])], roots),
            {"epsilon": epsilon},
        )

    def reduce(self, x):
        rng, d = self.rng, self.net.dims[x]
        axes = sorted(rng.sample(range(len(d)), rng.randint(1, len(d))))
        mean, keep, everywhere = rng.random() < 0.5, rng.randint(0, 1), len(d) >= 3 and rng.random() < 0.3
        if everywhere:
            axes, mean, keep = list(range(2, len(d))), True, 1
        groups = {}
        for i, index in enumerate(indices(d)):
            groups.setdefault(tuple(p for k, p in enumerate(index) if k not in axes), []).append(i)
        dims = [1 if k in axes else n for k, n in enumerate(d) if keep or k not in axes]
        primitive = Reduce(list(groups.values()), [len(g) if mean else 1 for g in groups.values()])
        if everywhere:
            return self.net.add("GlobalAveragePool", [x], dims, primitive)
        named = [a - len(d) if rng.random() < 0.3 else a for a in axes]
        if mean and self.net.opset < 18:
            return self.net.add("ReduceMean", [x], dims, primitive, {"axes": named, "keepdims": keep})
        return self.net.add(
            "ReduceMean" if mean else "ReduceSum", [x], dims, primitive, {"keepdims": keep}, [self.net.integers(named)]
        )

    def reshape(self, x):
        rng, d, size = self.rng, self.net.dims[x], self.net.size(x)
        same = Move([(0, i) for i in range(size)])
        kind = rng.choice(["Reshape", "Flatten", "Unsqueeze", "Squeeze"])
        if kind == "Flatten":
            axis = rng.randint(0, len(d))
            return self.net.add(kind, [x], [prod(d[:axis]), prod(d[axis:])], same, {"axis": axis})
        if kind == "Unsqueeze" and len(d) < 4:
            axis = rng.randint(0, len(d))
            return self.net.add(kind, [x], d[:axis] + [1] + d[axis:], same, {}, [self.net.integers([axis])])
        ones = [k for k, n in enumerate(d) if n == 1]
        if kind == "Squeeze" and ones:
            axis = rng.choice(ones)
            return self.net.add(kind, [x], d[:axis] + d[axis + 1 :], same, {}, [self.net.integers([axis])])
        first = rng.choice([k for k in range(1, size + 1) if size % k == 0])
        dims = rng.choice([[size], [1, size], [first, size // first]])
        asked = [-1 if k == len(dims) - 1 and rng.random() < 0.5 else n for k, n in enumerate(dims)]
        return self.net.add("Reshape", [x], dims, same, {}, [self.net.integers(asked)])

    def move(self, x):
        """Transpose, Slice, Gather, Pad, Expand or Concat."""
        rng, d = self.rng, self.net.dims[x]
        kind, axis = rng.choice(["Transpose", "Slice", "Gather", "Pad", "Expand", "Concat"]), rng.randrange(len(d))
        put = lambda index, i: flat([*index[:axis], i, *index[axis + 1 :]], d)
        if kind == "Transpose":
            perm = rng.sample(range(len(d)), len(d))
            dims = [d[p] for p in perm]
            cells = [(0, flat([o[perm.index(k)] for k in range(len(d))], d)) for o in indices(dims)]
            return self.net.add(kind, [x], dims, Move(cells), {"perm": perm})
        if kind in ("Slice", "Gather"):
            step = rng.choice([1, 1, 2, -1])
            picked = (
                list(range(d[axis]))[::step][rng.randint(0, d[axis] - 1) // 2 :]
                if kind == "Slice"
                else [rng.randrange(d[axis]) for _ in range(rng.randint(1, 3))]
            )
            if not picked:
                return None
            dims = d[:axis] + [len(picked)] + d[axis + 1 :]
            cells = [(0, put(o, picked[o[axis]])) for o in indices(dims)]
            if kind == "Gather":
                named = [i - d[axis] if rng.random() < 0.3 else i for i in picked]
                return self.net.add(kind, [x], dims, Move(cells), {"axis": axis}, [self.net.integers(named)])
            end = -(2**31) if step < 0 else 2**31 - 1
            extra = [self.net.integers(v) for v in ([picked[0]], [end], [axis], [step])]
            return self.net.add(kind, [x], dims, Move(cells), {}, extra)
        if kind == "Pad":
            before, after = [[rng.randint(0, 1) if k == axis else 0 for k in range(len(d))] for _ in range(2)]
            dims = [n + a + b for n, a, b in zip(d, before, after)]
            source = [[i - b for i, b in zip(o, before)] for o in indices(dims)]
            cells = [(0, flat(i, d)) if all(0 <= p < n for p, n in zip(i, d)) else None for i in source]
            return self.net.add(kind, [x], dims, Move(cells), {"mode": "constant"}, [self.net.integers(before + after)])
        if kind == "Expand":
            dims, cells = broadcast(d, [rng.randint(1, 2)] + [1] * len(d) if len(d) < 4 else [1])
            return self.net.add(kind, [x], dims, Move([(0, i) for i, _ in cells]), {}, [self.net.integers(dims)])
        others = [
            y
            for y in self.live
            if len(self.net.dims[y]) == len(d)
            and all(k == axis or p == q for k, (p, q) in enumerate(zip(d, self.net.dims[y])))
        ]
        parts = [x] + [rng.choice(others) for _ in range(rng.randint(0, 1))]
        starts = [(k, i) for k, p in enumerate(parts) for i in range(self.net.dims[p][axis])]
        dims = d[:axis] + [len(starts)] + d[axis + 1 :]
        cells = []
        for o in indices(dims):
            k, i = starts[o[axis]]
            cells.append((k, flat([*o[:axis], i, *o[axis + 1 :]], self.net.dims[parts[k]])))
        return self.net.add(kind, parts, dims, Move(cells), {"axis": axis - len(d) if rng.random() < 0.3 else axis})

    def grow(self):
        """One more operator on one of the values, the newest most often."""
        x = self.live[-1] if self.rng.random() < 0.8 else self.rng.choice(self.live)
        rank = len(self.net.dims[x])
        choices = [self.binary, self.activation, self.activation, self.reshape]
        if rank >= 1:
            choices += [self.matmul, self.reduce, self.move, self.move]
        if rank == 2:
            choices += [self.gemm] * 4
        if rank in (3, 4):
            choices += [self.convolution] * 2 + [self.pool] * 2
        if rank >= 2 and self.rng.random() < 0.3:
            choices.append(self.normalization)
        y = self.rng.choice(choices)(x)
        if y is not None and self.net.size(y) <= self.largest:
            self.live.append(y)
        return y


def random_network(rng):
    """(network, does it run over rationals?)"""
    b = Builder(rng)
    for _ in range(rng.randint(1, 7)):
        b.grow()
    while b.live[-1] == "x":
        b.grow()
    b.net.outputs = [b.live[-1]]
    if rng.random() < 0.15 and len(b.live) > 2:
        b.net.outputs.append(b.live[-2])
    keep_what_outputs_need(b.net)
    b.rational = not any(n[0] == "BatchNormalization" for n in b.net.nodes)
    return b.net, b.rational


def keep_what_outputs_need(net):
    """Without the nodes and initializers that no output reads."""
    needed = set(net.outputs)
    for operator, reads, writes, *_ in reversed(net.nodes):
        if writes[0] in needed:
            needed.update(reads)
    net.nodes = [n for n in net.nodes if n[2][0] in needed]
    net.steps = [s for s in net.steps if s[2] in needed]
    net.initializers = [i for i in net.initializers if i[0] in needed]
    net.parameters = {k: v for k, v in net.parameters.items() if k in needed}
