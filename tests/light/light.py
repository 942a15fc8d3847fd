"""The nine light models inside the Python package onnx (their weights are constants, their graphs those of ResNet-50,
VGG-19, ..).

Usage: light.py TOOL. Each runs in float64 to the stored output, in interval64 around it, and is bounded over a box;
"skipped: " where the package is not installed. Stored outputs are float32 results: 1e-5 relative, 1e-7 absolute.
"""

import json
import os
import subprocess
import sys
import tempfile

try:
    import numpy
    import onnx
    from onnx import numpy_helper
except ImportError as e:
    print(f"skipped: {e}")
    sys.exit(0)

tool = sys.argv[1]
folder = os.path.join(os.path.dirname(onnx.__file__), "backend", "test", "data", "light")
failures = []


def numbers(values):
    return numpy.array([float.fromhex(v) if isinstance(v, str) else v for v in values])


def call(*arguments):
    result = subprocess.run([tool, *arguments, "--json"], capture_output=True, text=True)
    if result.returncode not in (0, 1) or not result.stdout:
        raise RuntimeError(result.stderr.strip())
    return json.loads(result.stdout)


def check(name, work):
    model_path = os.path.join(folder, name + ".onnx")
    model = onnx.load(model_path)
    stored = onnx.TensorProto()
    with open(os.path.join(folder, name + "_output_0.pb"), "rb") as f:
        stored.ParseFromString(f.read())
    expected = numpy_helper.to_array(stored).ravel().astype("float64")
    given = {t.name for t in model.graph.initializer}
    files = []
    for info in model.graph.input:
        if info.name in given:
            continue
        shape = [d.dim_value for d in info.type.tensor_type.shape.dim]
        count = int(numpy.prod(shape))
        path = os.path.join(work, "x.npy")
        numpy.save(
            path, (numpy.arange(count).reshape(shape) / count).astype("float32")
        )  # as onnx.backend.test.runner makes it
        files += ["--input", f"{info.name}={path}"]
    band = 1e-5 * numpy.abs(expected) + 1e-7
    y = numbers(call("run", model_path, *files, "--scalar", "float64")["outputs"][0]["values"])
    if y.shape != expected.shape or not (numpy.abs(y - expected) <= band).all():
        failures.append(f"{name}: float64 is off by {numpy.abs(y - expected).max()}")
    e = call("run", model_path, *files, "--scalar", "interval64")["outputs"][0]
    lower, upper = numbers(e["lower"]), numbers(e["upper"])
    if not ((lower <= expected + band) & (upper >= expected - band) & numpy.isfinite(upper - lower)).all():
        failures.append(f"{name}: interval64 misses the stored output, or has no end")
    call("bound", model_path, *files, "--eps", "0.001")


with tempfile.TemporaryDirectory() as work:
    names = sorted(f[:-5] for f in os.listdir(folder) if f.endswith(".onnx")) if os.path.isdir(folder) else []
    for name in names:
        try:
            check(name, work)
        except RuntimeError as e:
            failures.append(f"{name}: {e}")
if not names:
    print("skipped: the package onnx has no light models")
for failure in failures:
    print(failure)
print(f"{len(names) - len(failures)} of {len(names)} models")
sys.exit(1 if failures else 0)
