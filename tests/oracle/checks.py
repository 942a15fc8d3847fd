"""What run and grad say of a case against exact values."""

import json
from fractions import Fraction

import files

FORMATS = {"float64": (2.0**-53, 2.0**-1074), "float32": (2.0**-24, 2.0**-149)}


class Disagreement(Exception):
    pass


def expect(condition, sentence, *values):
    if not condition:
        raise Disagreement(sentence % values)


def double(text):
    """A hex float of the JSON, infinities too."""
    return float.fromhex(text)


def end(number):
    """A decimal of the JSON: a Fraction, or an infinity, which is a string there."""
    return float(number) if isinstance(number, str) else number


def contained(exact, entry, index, where):
    """Does the enclosure hold, as hex floats and as decimals, and is the decimal one no tighter than the other?"""
    low, high = double(entry["lower_hex"][index]), double(entry["upper_hex"][index])
    expect(
        low <= exact <= high,
        "%s: element %d is %s, the interval is [%s, %s]",
        where,
        index,
        exact,
        low.hex(),
        high.hex(),
    )
    expect(
        end(entry["lower"][index]) <= low and high <= end(entry["upper"][index]),
        "%s: the decimals of element %d cut its interval",
        where,
        index,
    )


def parsed(text):
    """A JSON document whose decimals are Fractions."""
    return json.loads(text, parse_float=Fraction, parse_int=Fraction)


def fractions(entry):
    return [Fraction(text) for text in entry["exact"]]


def flattened(document):
    """All outputs of `run` as one list of (entry, index)."""
    return [(o, i) for o in document["outputs"] for i in range(len(o.get("lower", o.get("exact", o.get("hex")))))]


def run_json(case, scalar, exits=(0,)):
    return case.json("run", "net.onnx", "--input", "x.npy", "--scalar", scalar, "--json", exits=exits)


def check_run(case, counts):
    try:
        exact = case.net.run(case.x)
    except ZeroDivisionError:
        code, _, err = case.call("run", "net.onnx", "--input", "x.npy", "--scalar", "rational")
        expect(code == 1, "a division by 0 exits with %d: %s", code, err)
        counts["division by 0"] = counts.get("division by 0", 0) + 1
        return
    if case.rational:
        _, document = run_json(case, "rational")
        expect(
            [d for o in document["outputs"] for d in o["shape"]]
            == [d for y in case.net.outputs for d in case.net.dims[y]],
            "shapes %s",
            [o["shape"] for o in document["outputs"]],
        )
        found = [Fraction(o["exact"][i]) for o, i in flattened(document)]
        expect(found == exact, "rational gives %s, exactly it is %s", found, exact)
        for (o, i), v in zip(flattened(document), exact):
            expect(
                double(o["float64_hex"][i]) == nearest(v), "the nearest double of %s is not %s", v, o["float64_hex"][i]
            )
    else:
        code, _, err = case.call("run", "net.onnx", "--input", "x.npy", "--scalar", "rational")
        expect(code == 1 and "square root" in err, "a BatchNormalization over rationals: exit code %d, %s", code, err)
    code, document = run_json(case, "interval64")
    expect(
        len(flattened(document)) == len(exact),
        "interval64 has %d outputs, expected %d",
        len(flattened(document)),
        len(exact),
    )
    for (o, i), v in zip(flattened(document), exact):
        contained(v, o, i, "run interval64")
    for scalar, (u, eta) in FORMATS.items():
        errors = case.net.errors(case.x, u, eta)
        _, document = run_json(case, scalar)
        for (o, i), v, e in zip(flattened(document), exact, errors, strict=True):
            if e < float("inf"):
                expect(
                    abs(Fraction(double(o["hex"][i])) - v) <= Fraction(e),
                    "%s gives %s for %s, which is more than %s away",
                    scalar,
                    o["hex"][i],
                    v,
                    e,
                )
                counts["in " + scalar] = counts.get("in " + scalar, 0) + 1
    counts["run"] = counts.get("run", 0) + 1


def nearest(v):
    try:
        return float(v)
    except OverflowError:
        return float("inf") if v > 0 else float("-inf")


def random_box(case):
    """(arguments of the tool, the box as a list of (low, high))."""
    rng = case.rng
    eps, clip = rng.choice(["0", "1/100", "0.001", "1/8", "1", "0.3", "2.5e-7", "1/3"]), None
    box = [(x - Fraction(eps), x + Fraction(eps)) for x in case.x]
    arguments = ["--input", "x.npy", "--eps", eps]
    if rng.random() < 0.3:
        low, high = min(case.x) - rng.randint(0, 1), max(case.x) + Fraction(1, 100)
        clip = (Fraction(round(low * 1000) - 1, 1000), Fraction(round(high * 1000) + 1, 1000))
        arguments += ["--clip=%s,%s" % clip]
        box = [(max(a, clip[0]), min(b, clip[1])) for a, b in box]
    return arguments, box


def points(case, box, count):
    """Corners, points of faces, and inner points."""
    rng, found = case.rng, [[(a + b) / 2 for a, b in box]]
    for k in range(count - 1):
        part = [(0, 8), (0, 2, 8), tuple(range(9))][k % 3]
        found.append([a + (b - a) * rng.choice(part) / 8 for a, b in box])
    return found


def exact_outputs(case, box, count):
    """Those of the points where the network is defined."""
    found = []
    for p in points(case, box, count):
        try:
            found.append((p, case.net.run(p)))
        except ZeroDivisionError:
            pass
    return found


def check_gradients(case, counts):
    if len(case.net.outputs) != 1:
        return
    dims, size = case.net.dims[case.net.outputs[0]], case.net.size(case.net.outputs[0])
    if case.rng.random() < 0.5:
        k = case.rng.randrange(size)
        cotangent, named = [Fraction(int(i == k)) for i in range(size)], ["--output", str(k)]
    else:
        cotangent, named = [Fraction(case.rng.randint(-8, 8), 8) for _ in range(size)], ["--cotangent", "c.npy"]
        case.write("c.npy", files.npy_bytes(files.FLOAT64, dims, [float(c) for c in cotangent]))
    try:
        exact = case.net.gradient(case.x, cotangent)
    except ZeroDivisionError:
        return
    command = ["grad", "net.onnx", *named, "-o", "g.json"]
    if case.rational:
        code, _, err = case.call(*command, "--input", "x.npy")
        expect(code == 0, "grad: exit code %d, %s", code, err)
        found = {name: fractions(entry) for name, entry in gradients(case).items()}
        compare_names(found, exact)
        for name, g in found.items():
            expect(g == exact[name], "the gradient of %s is %s, exactly %s", name, g, exact[name])
        counts["grad"] = counts.get("grad", 0) + 1
    arguments, box = random_box(case)
    code, _, err = case.call(*command, *arguments, "--scalar", "interval64")
    expect(code == 0, "grad in interval64: exit code %d, %s", code, err)
    found = gradients(case)
    compare_names(found, exact)
    for p in points(case, box, 4):
        try:
            exact = case.net.gradient(p, cotangent)
        except ZeroDivisionError:
            continue
        for name, entry in found.items():
            for i, v in enumerate(exact[name]):
                contained(v, entry, i, "gradient of " + name)
        counts["gradients in boxes"] = counts.get("gradients in boxes", 0) + 1


def gradients(case):
    return parsed((case.folder / "g.json").read_text())["gradients"]


def compare_names(found, exact):
    expect(set(found) <= set(exact), "gradients of %s, which are no parameters", set(found) - set(exact))
    lost = [name for name in exact if name not in found and any(exact[name])]
    expect(not lost, "no gradient of %s", lost)
