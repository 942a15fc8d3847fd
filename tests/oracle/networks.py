"""Network: a graph of primitives with exact values and gradients, and the ONNX nodes that say the same."""

from fractions import Fraction
from math import prod

import files
import primitives


class Network:
    """Values are named; dims[name] are their shapes. add() appends a node to the file and its primitive to what is
    evaluated here."""

    def __init__(self, opset, kind, input_dims):
        self.opset, self.kind, self.input = opset, kind, "x"
        self.dims = {"x": list(input_dims)}
        self.nodes, self.initializers, self.steps, self.parameters, self.outputs = [], [], [], {}, []

    def parameter(self, dims, numbers):
        """A stored tensor of exact doubles that enters arithmetic."""
        name = "w%d" % len(self.initializers)
        self.initializers.append((name, self.kind, dims, numbers))
        self.dims[name], self.parameters[name] = list(dims), [Fraction(x) for x in numbers]
        return name

    def integers(self, numbers):
        """A stored list of integers: a shape, axes, indices."""
        name = "i%d" % len(self.initializers)
        self.initializers.append((name, files.INT64, [len(numbers)], list(numbers)))
        return name

    def add(self, operator, operands, dims, primitive, attributes=None, extra=()):
        """operands: the values that the primitive reads; extra: the further inputs of the ONNX node."""
        name = "v%d" % len(self.nodes)
        self.nodes.append((operator, [*operands, *extra], [name], attributes or {}, "n%d" % len(self.nodes)))
        self.dims[name] = list(dims)
        self.steps.append((primitive, operands, name))
        return name

    def onnx(self):
        return files.onnx_bytes(
            self.opset,
            self.kind,
            self.nodes,
            self.initializers,
            [(self.input, self.dims[self.input])],
            [(y, self.dims[y]) for y in self.outputs],
        )

    def size(self, name):
        return prod(self.dims[name])

    def values(self, x):
        """Every value at the input x, exactly. Raises ZeroDivisionError."""
        values = dict(self.parameters, **{self.input: x})
        for primitive, operands, name in self.steps:
            values[name] = primitive.forward([values[o] for o in operands])
        return values

    def run(self, x):
        values = self.values(x)
        return [y for name in self.outputs for y in values[name]]

    def errors(self, x, u, eta):
        """How far a run in a float format (primitives.error) may be from run(x)."""
        values, errors = self.values(x), {}
        for name in [self.input, *self.parameters]:
            errors[name] = [
                0.0 if fits(v, u) else primitives.rounded(0, u, eta, primitives.magnitude(v)) for v in values[name]
            ]
        for primitive, operands, name in self.steps:
            errors[name] = primitive.error(u, eta, [values[o] for o in operands], [errors[o] for o in operands])
        return [e for name in self.outputs for e in errors[name]]

    def gradient(self, x, cotangent):
        """d <cotangent, the one output> / d input and every parameter that a path of it reads; others are 0."""
        values = self.values(x)
        d = {name: [Fraction(0)] * len(v) for name, v in values.items()}
        d[self.outputs[0]] = list(cotangent)
        for primitive, operands, name in reversed(self.steps):
            for operand, part in zip(operands, primitive.backward(d[name], [values[o] for o in operands])):
                d[operand] = [a + b for a, b in zip(d[operand], part)]
        return {name: d[name] for name in [self.input, *self.parameters]}


def fits(v, u):
    """Is the double v a number of the format whose unit is u? (Of float32: not one beyond its range.)"""
    if u < 1e-10:
        return True
    x = float(v)
    return abs(x) < 3e38 and files.struct.unpack("<f", files.struct.pack("<f", x))[0] == x
