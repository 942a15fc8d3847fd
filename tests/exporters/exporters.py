"""What exporters write by default loads in the tool and gives their numbers: skl2onnx, tf2onnx, and torch's exporters,
whichever are installed.

Usage: exporters.py TOOL. Exit 0: all that are here agree; 1: something does not. "skipped: " names what is not here.

Numbers are compared within 2^-24 n |terms| of float32 sums, for nets of at most a hundred terms a sum and three layers
of numbers up to about ten: 1e-4.
"""

import json
import os
import subprocess
import sys
import tempfile

tolerance = 1e-4
tool = sys.argv[1]
failures = []
ran = []


def call(*arguments):
    return subprocess.run([tool, *map(str, arguments)], capture_output=True, text=True)


def check(name, model, inputs, expected, options=()):
    """The tool's first output in float32 is `expected`, and its interval over the reals holds numbers that near."""
    import numpy

    ran.append(name)
    files = []
    for key, value in inputs.items():
        path = os.path.join(os.path.dirname(model), f"{name}.{len(files)}.npy".replace("/", "_"))
        numpy.save(path, value)
        files += ["--input", f"{key}={path}"]
    expected = numpy.asarray(expected, dtype="float64").ravel()
    for scalar, keys in (("float32", ("values",)), ("interval64", ("lower", "upper"))):
        result = call("run", model, *files, "--scalar", scalar, "--json", *options)
        if result.returncode != 0:
            failures.append(f"{name}: {result.stderr.strip()}")
            return
        output = json.loads(result.stdout)["outputs"][0]
        for key in keys:
            got = numpy.array(output[key], dtype="float64")
            if got.shape != expected.shape or not numpy.all(
                abs(got - expected) <= tolerance * numpy.maximum(1, abs(expected))
            ):
                failures.append(f"{name}: {scalar} {key} {got[:4]}, expected {expected[:4]}")
                return


def sklearn_models(folder):
    import numpy
    from skl2onnx import to_onnx
    from sklearn.linear_model import LinearRegression, LogisticRegression
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    random = numpy.random.default_rng(7)
    x = random.normal(size=(60, 4)).astype("float32")
    y, label = x @ numpy.array([1, -2, 0.5, 3], dtype="float32") + 1, (x[:, 0] > x[:, 1]).astype(int) + (x[:, 2] > 1)
    for estimator, target in (
        (LinearRegression(), y),
        (MLPRegressor(hidden_layer_sizes=(8,), max_iter=50, random_state=1), y),
        (MLPRegressor(hidden_layer_sizes=(8, 5), activation="tanh", max_iter=50, random_state=1), y),
        (MLPRegressor(hidden_layer_sizes=(8, 5), activation="logistic", max_iter=50, random_state=1), y),
        (MLPClassifier((8,), max_iter=50, random_state=1), label),
        (MLPClassifier((8,), max_iter=50, random_state=1), label > 0),
        (LogisticRegression(), label),
        (LogisticRegression(), label > 0),
        (make_pipeline(StandardScaler(), MLPClassifier((8,), max_iter=50, random_state=1)), label),
    ):
        estimator.fit(x, target)
        classifier = hasattr(estimator, "predict_proba")
        name = f"skl2onnx/{type(estimator).__name__}{len(ran)}"
        model = os.path.join(folder, f"sklearn{len(ran)}.onnx")
        with open(model, "wb") as file:
            file.write(to_onnx(estimator, x[:1]).SerializeToString())
        expected = estimator.predict_proba(x[:3]) if classifier else estimator.predict(x[:3])
        check(name, model, {"X": x[:3]}, expected, ["--output-name", "output_probability"] if classifier else [])


def keras_models(folder):
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
    import numpy
    import tensorflow
    import tf2onnx

    layers = tensorflow.keras.layers
    tensorflow.random.set_seed(7)
    random = numpy.random.default_rng(7)
    dense = tensorflow.keras.Sequential(
        [layers.Input((4,)), layers.Dense(8, activation="relu"), layers.Dense(3, activation="softmax")]
    )
    convolution = tensorflow.keras.Sequential(
        [
            layers.Input((8, 8, 1)),
            layers.Conv2D(4, 3, activation="relu", padding="same"),
            layers.BatchNormalization(),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(3),
        ]
    )
    for name, model, shape in (("dense", dense, (2, 4)), ("convolution", convolution, (2, 8, 8, 1))):
        path = os.path.join(folder, name + ".onnx")
        x = random.normal(size=shape).astype("float32")
        signature = [tensorflow.TensorSpec((None, *shape[1:]), tensorflow.float32, name="x")]
        function = tensorflow.function(lambda x, model=model: model(x, training=False), input_signature=signature)
        tf2onnx.convert.from_function(function, input_signature=signature, output_path=path)
        check("tf2onnx/" + name, path, {"x": x}, model(x, training=False).numpy())


def torch_models(folder):
    import torch
    from torch import nn

    torch.manual_seed(7)
    dense = nn.Sequential(
        nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 8), nn.LeakyReLU(0.1), nn.Linear(8, 3), nn.Softmax(-1)
    )
    convolution = nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(4, 4, 3),
        nn.Tanh(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(4, 3),
    )
    normalised = nn.Sequential(nn.utils.weight_norm(nn.Conv2d(1, 2, 3)), nn.ReLU(), nn.Flatten(), nn.Linear(72, 2))
    for name, model, shape, options in (
        ("dense", dense, (2, 4), {}),
        ("convolution", convolution, (2, 1, 8, 8), {}),
        ("free batch", dense, (2, 4), {"dynamic_axes": {"x": {0: "batch"}}}),
        ("unfolded", convolution, (2, 1, 8, 8), {"do_constant_folding": False}),
        ("weight_norm", normalised, (2, 1, 8, 8), {"do_constant_folding": False}),
    ):
        model.eval()
        x = torch.randn(*shape)
        path = os.path.join(folder, name.replace(" ", "_") + ".onnx")
        torch.onnx.export(model, x, path, input_names=["x"], output_names=["y"], **options)
        check("torch/" + name, path, {"x": x.numpy()}, model(x).detach().numpy())


with tempfile.TemporaryDirectory() as scratch:
    for exporter in (sklearn_models, keras_models, torch_models):
        try:
            exporter(scratch)
        except ImportError as missing:
            print(f"skipped: {exporter.__name__}: {missing}")
print(f"{len(ran)} models: {', '.join(ran) or 'none'}")
for failure in failures:
    print("failed: " + failure)
sys.exit(1 if failures else 0)
