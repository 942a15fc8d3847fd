"""The files that the tool reads, written byte by byte: ONNX (protobuf by hand), npy, VNN-LIB. Nothing here knows
tercet."""

import struct

FLOAT32, INT64, FLOAT64 = 1, 7, 11  # onnx.TensorProto.DataType


def _varint(n):
    n &= (1 << 64) - 1  # negative numbers are their two's complement
    out = bytearray()
    while n >= 0x80:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    return bytes(out) + bytes([n])


def _integer(field, n):
    return _varint(field << 3) + _varint(n)


def _bytes(field, data):
    data = data.encode() if isinstance(data, str) else data
    return _varint(field << 3 | 2) + _varint(len(data)) + data


def _float(field, x):
    return _varint(field << 3 | 5) + struct.pack("<f", x)


def pack(kind, numbers):
    return struct.pack("<%d%s" % (len(numbers), {FLOAT32: "f", INT64: "q", FLOAT64: "d"}[kind]), *numbers)


def _tensor(name, kind, dims, numbers):
    return b"".join(_integer(1, d) for d in dims) + _integer(2, kind) + _bytes(8, name) + _bytes(9, pack(kind, numbers))


def _attribute(name, value):
    """An int, a float, a string, or a list of ints."""
    if isinstance(value, int):
        return _bytes(1, name) + _integer(3, value) + _integer(20, 2)
    if isinstance(value, float):
        return _bytes(1, name) + _float(2, value) + _integer(20, 1)
    if isinstance(value, str):
        return _bytes(1, name) + _bytes(4, value) + _integer(20, 3)
    return _bytes(1, name) + b"".join(_integer(8, i) for i in value) + _integer(20, 7)


def _value_info(name, kind, dims):
    shape = b"".join(_bytes(1, _integer(1, d)) for d in dims)
    return _bytes(1, name) + _bytes(2, _bytes(1, _integer(1, kind) + _bytes(2, shape)))


def onnx_bytes(opset, kind, nodes, initializers, inputs, outputs):
    """nodes: (operator, inputs, outputs, attributes, name); initializers: (name, kind, dims, numbers); inputs,
    outputs: (name, dims)."""
    graph = b""
    for operator, reads, writes, attributes, name in nodes:
        node = (
            b"".join(_bytes(1, r) for r in reads)
            + b"".join(_bytes(2, w) for w in writes)
            + _bytes(3, name)
            + _bytes(4, operator)
        )
        graph += _bytes(1, node + b"".join(_bytes(5, _attribute(k, v)) for k, v in attributes.items()))
    graph += _bytes(2, "oracle") + b"".join(_bytes(5, _tensor(*i)) for i in initializers)
    graph += b"".join(_bytes(11, _value_info(n, kind, d)) for n, d in inputs)
    graph += b"".join(_bytes(12, _value_info(n, kind, d)) for n, d in outputs)
    return _integer(1, 8) + _bytes(7, graph) + _bytes(8, _bytes(1, "") + _integer(2, opset))


def npy_bytes(kind, dims, numbers):
    shape = "(" + "".join("%d, " % d for d in dims) + ")"
    header = "{'descr': '%s', 'fortran_order': False, 'shape': %s, }" % ({FLOAT32: "<f4", FLOAT64: "<f8"}[kind], shape)
    header += " " * (-(len(header) + 11) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + pack(kind, numbers)


def _vnnlib_number(x):
    """A fraction whose denominator divides a power of ten, as a decimal."""
    digits = 0
    while (x * 10**digits).denominator != 1:
        digits += 1
    whole = str(abs(x.numerator * 10**digits // x.denominator)).rjust(digits + 1, "0")
    text = whole[: len(whole) - digits] + ("." + whole[len(whole) - digits :] if digits else "")
    return "(- %s)" % text if x < 0 and digits % 2 else ("-" if x < 0 else "") + text


def _vnnlib_sum(terms):
    parts = ["(* %s %s)" % (_vnnlib_number(a), name) for a, name in terms]
    return parts[0] if len(parts) == 1 else "(+ %s)" % " ".join(parts)


def vnnlib_text(inputs, outputs, disjuncts):
    """disjuncts: (box, constraints); a box is a list of (low, high), a constraint (terms, relation, bound),
    which says that the sum of a times its variable over the terms (a, "Y_3") is <= or >= bound."""
    lines = ["(declare-const X_%d Real)" % i for i in range(inputs)] + [
        "(declare-const Y_%d Real)" % j for j in range(outputs)
    ]

    def conditions(box, constraints):
        for i, (low, high) in enumerate(box):
            yield "(>= X_%d %s)" % (i, _vnnlib_number(low))
            yield "(<= X_%d %s)" % (i, _vnnlib_number(high))
        for terms, relation, bound in constraints:
            yield "(%s %s %s)" % (relation, _vnnlib_sum(terms), _vnnlib_number(bound))

    if len(disjuncts) == 1:
        lines += ["(assert %s)" % c for c in conditions(*disjuncts[0])]
    else:
        lines.append("(assert (or %s))" % " ".join("(and %s)" % " ".join(conditions(*d)) for d in disjuncts))
    return "\n".join(lines) + "\n"
