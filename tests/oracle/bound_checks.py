"""What `bound` says of a case against exact outputs at points of its boxes: bounds, rows, and the answer to --spec."""

import re
from fractions import Fraction

import files
from checks import contained, exact_outputs, expect, parsed, random_box


def listed(entry):
    return {key: [value] for key, value in entry.items()}


def within_bounds(bounds, ys):
    for y, entry in zip(ys, bounds, strict=True):
        contained(y, listed(entry), 0, "bound of output %d" % entry["index"])


def ask(case, *arguments):
    """(exit code, document or None, error): None where it exits with 1, a refusal."""
    code, out, err = case.call("bound", "net.onnx", *arguments, "--json")
    expect(code in (0, 1, 3), "exit code %d: %s", code, err)
    return code, parsed(out) if code != 1 else None, err


def together(code, document):
    """The verdict of all goals together, and the exit code, follow from those of each."""
    verdicts = [goal["verdict"] for goal in document["goals"]]
    expect(verdicts, "no goal: nothing was asked")
    whole = "violated" if "violated" in verdicts else "open" if "open" in verdicts else "proved"
    expect(document["verdict"] == whole, "the goals are %s, the verdict is %s", verdicts, document["verdict"])
    expect(code == (0 if whole == "proved" else 3), "the verdict is %s, the exit code %d", whole, code)


def count(counts, kind, goal):
    name = "%s %s" % (kind, goal["verdict"])
    counts[name] = counts.get(name, 0) + 1
    if goal["verdict"] == "violated" and goal["witness"]["everywhere"]:
        counts[name + " everywhere"] = counts.get(name + " everywhere", 0) + 1


def check_bound(case, counts):
    """Bounds around the input, and which class each image has."""
    arguments, box = random_box(case)
    size = sum(case.net.size(y) for y in case.net.outputs)
    samples = exact_outputs(case, box, 8)
    code, document, err = ask(case, *arguments)
    if code == 1 and "is not divisible by [0, 0]" in err:
        return expect(not samples, "refused, but the network is defined in the box: %s", err)
    expect(code == 0, "exit code %d: %s", code, err)
    expect(len(document["bounds"]) == size, "%d bounds of %d outputs", len(document["bounds"]), size)
    for _, ys in samples:
        within_bounds(document["bounds"], ys)

    dims = case.net.dims[case.net.outputs[0]]
    images = dims[0] if len(dims) > 1 else 1
    classes = size // images if images else 0
    if len(case.net.outputs) != 1 or len(dims) not in (1, 2) or classes < 2:
        return
    labels = [case.rng.randrange(classes) for _ in range(images)]
    if case.rng.random() < 0.5:
        labels = labels[:1] * images
    text = str(labels[0]) if len(set(labels)) == 1 else ",".join(map(str, labels))
    code, document, err = ask(case, *arguments, "--spec", "class:" + text)
    if code == 1:  # what is an image and what a class is the tool's to doubt, but not of [1, C] from [1, ..]
        return expect(
            len(dims) == 1 or images > 1 or case.net.dims[case.net.input][0] != 1,
            "class:%s of outputs %s: %s",
            text,
            dims,
            err,
        )
    expect(
        [(g["image"], g["class"]) for g in document["goals"]] == list(enumerate(labels)),
        "the goals are not the classes %s",
        labels,
    )
    together(code, document)
    for image, goal in enumerate(document["goals"]):
        logits = lambda ys: ys[image * classes : (image + 1) * classes]
        wrong = lambda ys: any(y >= logits(ys)[labels[image]] for j, y in enumerate(logits(ys)) if j != labels[image])
        expect(
            goal["verdict"] != "proved" or not any(wrong(ys) for _, ys in samples),
            "image %d: proved, but a point shows otherwise",
            image,
        )
        if goal["verdict"] == "violated":
            w = witness(goal)
            expect(
                all(low <= v <= high for v, (low, high) in zip(w, box, strict=True)),
                "the witness %s lies outside of the box",
                w,
            )
            expect(wrong(case.net.run(w)), "the witness %s has class %d", w, labels[image])
            expect(
                not goal["witness"]["everywhere"] or all(wrong(ys) for _, ys in samples),
                "violated everywhere, but not at a point",
            )
        count(counts, "class", goal)
    for row in document["rows"]:
        found = re.fullmatch(r"Y_(\d+) - Y_(\d+)", row["row"])
        expect(found, "row '%s' is not the difference of two outputs", row["row"])
        for _, ys in samples:
            contained(ys[int(found[1])] - ys[int(found[2])], listed(row), 0, "row " + row["row"])
    expect(
        len(document["rows"]) == images * (classes - 1),
        "%d rows of %d images of %d classes",
        len(document["rows"]),
        images,
        classes,
    )


def witness(goal):
    return [Fraction(v) for v in goal["witness"]["input"]]


def random_constraint(case, centre, ys):
    """A linear form of outputs, and now and then an input, whose bound lies about its value at the centre, or on it."""
    rng = case.rng
    names = ["Y_%d" % j for j in rng.sample(range(len(ys)), min(len(ys), rng.randint(1, 2)))]
    if rng.random() < 0.2:
        names.append("X_%d" % rng.randrange(len(centre)))
    terms = [(Fraction(rng.choice([-3, -2, -1, 1, 2, 3]), rng.choice([1, 1, 2])), name) for name in names]
    value = total(terms, centre, ys)
    near = (
        value
        if terminates(value) and rng.random() < 0.5
        else Fraction(round(value * 1000) + rng.randint(-2000, 2000), 1000)
    )
    return terms, rng.choice(["<=", ">="]), near


def check_property(case, counts):
    """A random VNN-LIB query: one to three boxes, one to three constraints each. It is proved where no point
    satisfies it."""
    rng = case.rng
    centre = [Fraction(round(x * 64), 64) for x in case.x]
    try:
        ys = case.net.run(centre)
    except ZeroDivisionError:
        return
    disjuncts, samples = [], []
    for _ in range(rng.choice([1, 1, 2, 3])):
        half = rng.choice([Fraction(0), Fraction(1, 1000), Fraction(1, 16), Fraction(1)])
        box = [(x - half * rng.randint(0, 1), x + half) for x in centre]
        disjuncts.append((box, [random_constraint(case, centre, ys) for _ in range(rng.randint(1, 3))]))
        samples.append(exact_outputs(case, box, 6))
    case.write("p.vnnlib", files.vnnlib_text(len(centre), len(ys), disjuncts))
    code, document, err = ask(case, "--box", "p.vnnlib", "--spec", "vnnlib")
    expect(document, "exit code %d: %s", code, err)
    together(code, document)
    holds = [[satisfies(x, y, constraints) for x, y in found] for (_, constraints), found in zip(disjuncts, samples)]
    for found in samples:
        for _, y in found:
            within_bounds(document["bounds"], y)
    (goal,) = document["goals"]
    expect(goal["verdict"] != "proved" or not any(map(any, holds)), "proved, but a point satisfies the constraints")
    if goal["verdict"] == "violated":
        w = witness(goal)
        here = [
            k
            for k, (box, _) in enumerate(disjuncts)
            if all(low <= v <= high for v, (low, high) in zip(w, box, strict=True))
        ]
        y = case.net.run(w)
        expect(any(satisfies(w, y, disjuncts[k][1]) for k in here), "the witness %s satisfies no disjunct", w)
        if goal["witness"]["everywhere"] and len(here) == 1:
            expect(all(holds[here[0]]), "violated everywhere, but not at a point")
    count(counts, "property", goal)


def terminates(v):
    """Is it a decimal of moderate length?"""
    return v.denominator.bit_length() <= 64 and v.denominator & (v.denominator - 1) == 0


def total(terms, x, y):
    return sum((a * (x if name[0] == "X" else y)[int(name[2:])] for a, name in terms), Fraction(0))


def satisfies(x, y, constraints):
    sums = [(total(terms, x, y), relation, bound) for terms, relation, bound in constraints]
    return all(s <= bound if relation == "<=" else s >= bound for s, relation, bound in sums)
