#!/usr/bin/env python3
"""seeds.py FOLDER: small valid files to start the fuzzers from, in FOLDER/onnx, npy, npz and vnnlib; the same ones
every time.

The networks are the oracle's random ones, which have every operator that is rational, and one for each other operator.
"""

import io
import random
import sys
import zipfile
from fractions import Fraction
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "oracle"))
import files
import random_networks

VNNLIB = [
    "; a comment\n(declare-const X_0 Real)\n(declare-const Y_0 Real)\n(assert (>= X_0 -1e-3))(assert (<= X_0 (/ 1 2)))\n(assert (>= Y_0 (+ 1 (* 2 Y_0))))",
    "(declare-const X_0 Real)(declare-const X_1 Real)(declare-const Y_0 Real)(declare-const Y_1 Real)\n(assert (and (>= X_0 0) (<= X_0 1) "
    "(>= X_1 0) (<= X_1 1)))(assert (or (and (< Y_0 Y_1)) (and (> (- Y_0 Y_1) 1.5) (= Y_1 0))))",
    "(declare-const X_0 Real)(declare-const Y_0 Real)(assert (or (and (<= X_0 1) (>= X_0 0) (<= Y_0 0)) (and (<= X_0 3) (>= X_0 2))))",
    "(declare-fun X_0 () Real)(declare-const Y_0 Real)(assert (not (<= Y_0 0)))(check-sat)",
]


def npy(descr, shape, data, order="False", version=1):
    header = "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }" % (descr, order, shape)
    length = len(header) + 1
    return (
        b"\x93NUMPY"
        + bytes([version, 0])
        + length.to_bytes(2 if version == 1 else 4, "little")
        + header.encode()
        + b"\n"
        + data
    )


def npy_files():
    yield files.npy_bytes(files.FLOAT32, [2, 3], [1.0, -0.5, 0.0, 3.0, 1e30, 2.0])
    yield files.npy_bytes(files.FLOAT64, [], [0.1])
    for descr, size in [
        ("<f2", 2),
        (">f4", 4),
        (">f8", 8),
        ("|i1", 1),
        ("<u2", 2),
        (">i4", 4),
        ("<i8", 8),
        ("|b1", 1),
        ("<u8", 8),
    ]:
        yield npy(descr, "(2, 2)", bytes(range(4 * size)), "True")
    yield npy("<f4", "(0, 3)", b"", version=2)


def npz_files():
    arrays = list(npy_files())
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        for names in (["a"], ["w", "b", "c"]):
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w", method) as z:
                for k, name in enumerate(names):
                    z.writestr(zipfile.ZipInfo(name + ".npy"), arrays[k], method)
            yield packed.getvalue()


def onnx_files():
    for k in range(60):
        yield random_networks.random_network(random.Random(k))[0].onnx()
    one = [("w", files.FLOAT32, [3], [1.0, 2.0, 3.0])]
    for operator, attributes in [
        ("Sigmoid", {}),
        ("Tanh", {}),
        ("Softmax", {"axis": 1}),
        ("Cast", {"to": 11}),
        ("Relu", {}),
        ("Shape", {}),
    ]:
        nodes = [(operator, ["x"], ["h"], attributes, "n"), ("Add", ["h", "w"], ["y"], {}, "m")]
        yield files.onnx_bytes(13, files.FLOAT32, nodes, one, [("x", [1, 3])], [("y", [1, 3])])


def main():
    folder = Path(sys.argv[1])
    for kind, seeds in (
        ("onnx", onnx_files()),
        ("npy", npy_files()),
        ("npz", npz_files()),
        ("vnnlib", [t.encode() for t in VNNLIB]),
    ):
        (folder / kind).mkdir(parents=True, exist_ok=True)
        for k, data in enumerate(seeds):
            (folder / kind / ("seed-%02d" % k)).write_bytes(data)
    box = [(Fraction(-1, 8), Fraction(1)), (Fraction(0), Fraction(0))]
    text = files.vnnlib_text(
        2, 2, [(box, [([(Fraction(1), "Y_0"), (Fraction(-3, 2), "Y_1")], "<=", Fraction(5, 4))])] * 2
    )
    (folder / "vnnlib" / "seed-or").write_text(text)


if __name__ == "__main__":
    main()
