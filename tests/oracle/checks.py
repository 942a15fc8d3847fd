"""What the tool says of a case against exact values: run, grad, bound, --spec."""
import json
import re
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
    expect(low <= exact <= high, "%s: element %d is %s, the interval is [%s, %s]", where, index, exact, low.hex(), high.hex())
    expect(end(entry["lower"][index]) <= low and high <= end(entry["upper"][index]), "%s: the decimals of element %d cut its interval",
           where, index)


def parsed(text):
    """A JSON document whose decimals are Fractions."""
    return json.loads(text, parse_float=Fraction, parse_int=Fraction)


def fractions(entry):
    return [Fraction(text) for text in entry["exact"]]


def flattened(document):
    """All outputs of `run` as one list of (entry, index)."""
    return [(o, i) for o in document["outputs"] for i in range(len(o.get("lower", o.get("exact", o.get("hex"))) ))]


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
        expect([d for o in document["outputs"] for d in o["shape"]] == [d for y in case.net.outputs for d in case.net.dims[y]],
               "shapes %s", [o["shape"] for o in document["outputs"]])
        found = [Fraction(o["exact"][i]) for o, i in flattened(document)]
        expect(found == exact, "rational gives %s, exactly it is %s", found, exact)
        for (o, i), v in zip(flattened(document), exact):
            expect(double(o["float64_hex"][i]) == nearest(v), "the nearest double of %s is not %s", v, o["float64_hex"][i])
    else:
        code, _, err = case.call("run", "net.onnx", "--input", "x.npy", "--scalar", "rational")
        expect(code == 1 and "square root" in err, "a BatchNormalization over rationals: exit code %d, %s", code, err)
    code, document = run_json(case, "interval64")
    expect(len(flattened(document)) == len(exact), "interval64 has %d outputs, expected %d", len(flattened(document)), len(exact))
    for (o, i), v in zip(flattened(document), exact):
        contained(v, o, i, "run interval64")
    for scalar, (u, eta) in FORMATS.items():
        errors = case.net.errors(case.x, u, eta)
        _, document = run_json(case, scalar)
        for (o, i), v, e in zip(flattened(document), exact, errors, strict=True):
            if e < float("inf"):
                expect(abs(Fraction(double(o["hex"][i])) - v) <= Fraction(e), "%s gives %s for %s, which is more than %s away", scalar, o["hex"][i], v, e)
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


def check_bound(case, counts):
    """Bounds around the input; the rows of a class where there is one output."""
    arguments, box = random_box(case)
    size = sum(case.net.size(y) for y in case.net.outputs)
    dims = case.net.dims[case.net.outputs[0]]
    one_image = len(case.net.outputs) == 1 and size >= 2 and (len(dims) == 1 or len(dims) == 2 and dims[0] == 1)
    label = case.rng.randrange(size) if one_image and case.rng.random() < 0.7 else None
    if label is not None:
        arguments += ["--spec", "class:%d" % label]
    samples = exact_outputs(case, box, 8)
    code, out, err = case.call("bound", "net.onnx", *arguments, "--json")
    if code == 1 and "is not divisible by [0, 0]" in err:
        return expect(not samples, "refused, but the network is defined in the box: %s", err)
    expect(code in (0, 3), "exit code %d: %s", code, err)
    document = parsed(out)
    expect(len(document["bounds"]) == size, "%d bounds of %d outputs", len(document["bounds"]), size)
    for _, ys in samples:
        within_bounds(document["bounds"], ys)
    if label is None:
        return
    holds = [all(ys[label] > y for j, y in enumerate(ys) if j != label) for _, ys in samples]
    for row in document["rows"]:
        found = re.fullmatch(r"Y_(\d+) - Y_(\d+)", row["row"])
        expect(found, "row '%s' is not the difference of two outputs", row["row"])
        for _, ys in samples:
            contained(ys[int(found[1])] - ys[int(found[2])], listed(row), 0, "row " + row["row"])
    expect(len(document["rows"]) == size - 1, "%d rows of %d classes", len(document["rows"]), size)
    agree(code, document, all(holds), not any(holds), counts)


def listed(entry):
    return {key: [value] for key, value in entry.items()}


def within_bounds(bounds, ys):
    for y, entry in zip(ys, bounds, strict=True):
        contained(y, listed(entry), 0, "bound of output %d" % entry["index"])


def agree(code, document, may_hold, may_fail, counts):
    """may_hold: no point shows a violation; may_fail: no point shows that the property holds."""
    verdict = document["verdict"] if "verdict" in document else {0: "proved", 3: "open"}[code]
    expect((verdict == "proved") == (code == 0), "the verdict is %s, the exit code %d", verdict, code)
    expect(verdict != "proved" or may_hold, "proved, but a point of the box violates the property")
    expect(verdict != "violated" or may_fail, "violated, but a point of the box satisfies the property")
    name = "proved" if verdict == "proved" else "not proved"
    counts[name] = counts.get(name, 0) + 1
    if verdict == "violated":
        counts[verdict] = counts.get(verdict, 0) + 1


def check_property(case, counts):
    """A random VNN-LIB query around exact outputs: one to three boxes, one to three constraints each."""
    rng, size = case.rng, sum(case.net.size(y) for y in case.net.outputs)
    centre = [Fraction(round(x * 64), 64) for x in case.x]
    try:
        ys = case.net.run(centre)
    except ZeroDivisionError:
        return
    disjuncts, samples = [], []
    for _ in range(rng.choice([1, 1, 2, 3])):
        half = rng.choice([Fraction(0), Fraction(1, 1000), Fraction(1, 16), Fraction(1)])
        box = [(x - half * rng.randint(0, 1), x + half) for x in centre]
        constraints = []
        for _ in range(rng.randint(1, 3)):
            picked = rng.sample(range(size), min(size, rng.randint(1, 2)))
            terms = [(Fraction(rng.choice([-3, -2, -1, 1, 2, 3]), rng.choice([1, 1, 2])), j) for j in picked]
            value = sum(a * ys[j] for a, j in terms)
            bound = value if terminates(value) and rng.random() < 0.5 else Fraction(round(value * 1000) + rng.randint(-2000, 2000), 1000)
            constraints.append((terms, rng.choice(["<=", ">="]), bound))
        disjuncts.append((box, constraints))
        samples.append(exact_outputs(case, box, 6))
    case.write("p.vnnlib", files.vnnlib_text(len(centre), size, disjuncts))
    code, document = case.json("bound", "net.onnx", "--box", "p.vnnlib", "--spec", "vnnlib", "--json", exits=(0, 3))
    satisfied = [satisfies(ys, constraints) for (_, constraints), found in zip(disjuncts, samples) for _, ys in found]
    for found in samples:
        for _, ys in found:
            within_bounds(document["bounds"], ys)
    agree(code, document, not any(satisfied), all(satisfied), counts)


def terminates(v):
    """Is it a decimal of moderate length?"""
    return v.denominator.bit_length() <= 64 and v.denominator & (v.denominator - 1) == 0


def satisfies(ys, constraints):
    """sum a_j Y_j <= bound, or >= it, for each."""
    sums = [(sum(a * ys[j] for a, j in terms), relation, bound) for terms, relation, bound in constraints]
    return all(s <= bound if relation == "<=" else s >= bound for s, relation, bound in sums)
