#!/usr/bin/env python3
"""Hostile files: random small models, arrays, archives and properties that ask for huge things, whole, cut off and with
bits flipped.

    hostile.py TERCET [--files N] [--seed S] [--all] [--keep FOLDER]

Every call must end within 10 s of processor time (and a minute by the clock, on a busy machine), with exit code 0 to 3,
and hold at most 1 GB: half of the calls say --memory 1G, and their resident size is measured; half run under RLIMIT_AS
of 2 GB, of which the budget is half. With --all each file goes through every command, else through three.
Models are written by a protobuf encoder of a few lines, so that nothing but Python is needed.
"""

import argparse, os, random, resource, signal, struct, subprocess, sys, tempfile, time, zipfile, io, collections

BUDGET, SECONDS, PATIENCE = 1 << 30, 10, 60
HUGE = [2**15 - 1, 2**15, 2**16, 2**20, 2**27, 2**28, 2**31 - 1, 2**31, 2**32, 2**47, 2**48, 2**62, 2**63 - 1, -1, 0]
SMALL = [1, 1, 2, 3, 4, 5, 7, 8, 16, 100]


# protobuf: a field is its number and wire type, then a varint or a length and bytes
def varint(n):
    n &= 2**64 - 1
    out = b""
    while n > 127:
        out, n = out + bytes([n & 127 | 128]), n >> 7
    return out + bytes([n])


def num(field, n):
    return varint(field << 3) + varint(n)


def blob(field, b):
    return varint(field << 3 | 2) + varint(len(b)) + (b.encode() if isinstance(b, str) else b)


def attribute(name, value):
    if isinstance(value, int):
        return blob(1, name) + num(3, value) + num(20, 2)
    if isinstance(value, float):
        return blob(1, name) + varint(2 << 3 | 5) + struct.pack("<f", value) + num(20, 1)
    if isinstance(value, str):
        return blob(1, name) + blob(4, value) + num(20, 3)
    if isinstance(value, bytes):
        return blob(1, name) + blob(5, value) + num(20, 4)
    return blob(1, name) + b"".join(num(8, v) for v in value) + num(20, 7)


def node(kind, inputs, output, name, **attributes):
    return (
        b"".join(blob(1, i) for i in inputs)
        + blob(2, output)
        + blob(3, name)
        + blob(4, kind)
        + b"".join(blob(5, attribute(k, v)) for k, v in attributes.items())
    )


def tensor(name, dims, values, kind=1):
    raw = b"".join(struct.pack("<f" if kind == 1 else "<q", v) for v in values)
    return b"".join(num(1, d) for d in dims) + num(2, kind) + blob(8, name) + blob(9, raw)


def value(name, dims):
    shape = b"".join(blob(1, num(1, d)) for d in dims)
    return blob(1, name) + blob(2, blob(1, num(1, 1) + (blob(2, shape) if dims else b"")))


def model(nodes, inits, x, outputs=("y",), opset=13):
    graph = (
        b"".join(blob(1, n) for n in nodes)
        + blob(2, "g")
        + b"".join(blob(5, t) for t in inits)
        + blob(11, value("x", x))
        + b"".join(blob(12, value(o, [])) for o in outputs)
    )
    return num(1, 7) + blob(7, graph) + blob(8, num(2, opset))


class Maker:
    def __init__(self, seed):
        self.r = random.Random(seed)
        self.classes = True  # few enough that a row for each is no work of minutes that the file asks for in earnest

    def size(self):
        return self.r.choice(SMALL if self.r.random() < 0.7 else HUGE)

    def step(self):
        return self.r.choice(
            SMALL if self.r.random() < 0.6 else [32767, 32767, 32766, 5000, 10000, 20000, 300, 32768, 0]
        )

    def floats(self, n):
        return [self.r.choice([0.0, 1.0, -1.5, 0.1, 3.0, 1e30, -1e-30]) for _ in range(n)]

    def window(self, kind):
        r, k = self.r, (
            [self.step(), self.step()] if self.r.random() < 0.3 else [r_ for r_ in self.r.choices([1, 2, 3], k=2)]
        )
        x = [1, 1, r.choice([1, 2, 8, 16383, 8192, 4096, 2**20]), r.choice([1, 2, 8, 8192, 2**14])]
        a = {
            "kernel_shape": k,
            "strides": [self.step(), self.step()],
            "dilations": [r.choice([1, 1, 2, self.step()]) for _ in range(2)],
        }
        a["pads"] = [self.step() if r.random() < 0.5 else 0 for _ in range(4)]
        if r.random() < 0.2:
            a["auto_pad"] = r.choice(["SAME_UPPER", "SAME_LOWER", "VALID"])
            del a["pads"]
        if kind == "Conv":
            n = max(0, k[0]) * max(0, k[1])
            if n > 10000:
                k[:] = [3, 3]
                n = 9
            return model([node("Conv", ["x", "w"], "y", "n", **a)], [tensor("w", [1, 1] + k, self.floats(n))], x), x
        if r.random() < 0.3:
            a["ceil_mode"] = 1
        if kind == "AveragePool" and r.random() < 0.3:
            a["count_include_pad"] = 1
        return model([node(kind, ["x"], "y", "n", **a)], [], x), x

    def chain(self):
        r, n = self.r, self.r.choice([3, 10, 20, 30, 60])
        nodes, at = [], "x"
        for i in range(n):
            kind, to = r.choice(["Mul", "Mul", "Mul", "Add", "Sub", "Div"]), f"v{i}"
            nodes.append(node(kind, [at, at if r.random() < 0.8 else r.choice(["w", "x"])], to, f"n{i}"))
            at = to
        nodes.append(node(r.choice(["Div", "Add", "Mul"]), [at, "w"], "y", "last"))
        return model(nodes, [tensor("w", [4], self.floats(4))], [4]), [4]

    def constants(self):
        r, n = self.r, self.r.choice([3, 20, 40, 63])
        nodes, at = [], "w"
        for i in range(n):
            nodes.append(node(r.choice(["Mul", "Mul", "Add"]), [at, at], f"v{i}", f"n{i}"))
            at = f"v{i}"
        nodes.append(node(r.choice(["Add", "Mul", "Sub"]), ["x", at], "y", "last"))
        return model(nodes, [tensor("w", [4], self.floats(4))], [4]), [4]

    def outer(self):
        self.classes = False
        n = self.r.choice([10, 300, 1000, 16000, 16384, 20000])
        kind = self.r.choice(["Add", "Mul", "Div", "Sub", "MatMul"])
        return model([node(kind, ["x", "w"], "y", "n")], [tensor("w", [1, n], [0.75] * n)], [n, 1]), [n, 1]

    def move(self):
        r, x = self.r, self.r.choice([[2, 3], [1], [4, 1], [1, 1, 2, 2]])
        ints = lambda v: tensor("s", [len(v)], v, 7)
        kind = r.choice(
            [
                "Expand",
                "Tile",
                "Pad",
                "Reshape",
                "Transpose",
                "Concat",
                "Gather",
                "Slice",
                "Unsqueeze",
                "ConstantOfShape",
                "ReduceMean",
                "ReduceSum",
                "Flatten",
                "Softmax",
                "GlobalAveragePool",
                "Squeeze",
            ]
        )
        sizes = [self.size() for _ in range(r.choice([len(x), len(x), 1, 5, 30]))]
        if kind in ("Expand", "Tile", "Reshape"):
            return model([node(kind, ["x", "s"], "y", "n")], [ints(sizes)], x), x
        if kind == "Pad":
            return (
                model(
                    [node(kind, ["x", "s"], "y", "n", mode=r.choice(["constant", "edge", "reflect", "wrap"]))],
                    [ints([self.size() for _ in range(2 * len(x))])],
                    x,
                ),
                x,
            )
        if kind == "Concat":
            return (
                model([node(kind, ["x"] * r.choice([2, 1000, 100000]), "y", "n", axis=r.choice([0, -1, 5]))], [], x),
                x,
            )
        if kind == "Gather":
            return model([node(kind, ["x", "s"], "y", "n", axis=0)], [ints(sizes)], x), x
        if kind == "Slice":
            return model([node(kind, ["x", "s", "s"], "y", "n")], [ints(sizes[: len(x)])], x), x
        if kind == "ConstantOfShape":
            return (
                model(
                    [node(kind, ["s"], "c", "n", value=tensor("", [1], [2.0])), node("Add", ["x", "c"], "y", "m")],
                    [ints(sizes)],
                    x,
                ),
                x,
            )
        if kind in ("Unsqueeze", "Squeeze", "ReduceSum"):
            return (
                model(
                    [node(kind, ["x", "s"], "y", "n")],
                    [ints([r.choice([0, 1, -1, self.size()]) for _ in range(r.choice([1, 2, 3000]))])],
                    x,
                ),
                x,
            )
        if kind == "ReduceMean":
            return model([node(kind, ["x"], "y", "n", axes=sizes)], [], x), x
        return model([node(kind, ["x"], "y", "n")], [], x), x

    def shapes(self):
        x = [self.size() for _ in range(self.r.choice([1, 2, 3, 4, 8, 64, 1000]))]
        kind = self.r.choice(
            ["Relu", "Neg", "Sigmoid", "MaxPool", "GlobalAveragePool", "Flatten", "Softmax", "ReduceMean", "LeakyRelu"]
        )
        inits = [tensor("w", [self.size() for _ in range(3)], self.floats(8))] if self.r.random() < 0.3 else []
        more = {"kernel_shape": [1, 1]} if kind == "MaxPool" else {}
        return model([node(kind, ["x"], "y", "n", **more)], inits, x), x

    def deep(self):
        n, r = self.r.choice([10, 1000, 5000]), self.r
        nodes = [
            node(
                r.choice(["Relu", "Neg", "Identity", "LeakyRelu", "Sigmoid"]),
                ["x" if i == 0 else f"v{i - 1}"],
                "y" if i == n - 1 else f"v{i}",
                f"n{i}",
            )
            for i in range(n)
        ]
        return model(nodes, [], [3]), [3]

    def mlp(self):
        r, n = self.r, self.r.choice([2, 10, 100])
        nodes = [
            node("Gemm", ["x", "w", "b"], "h", "fc", transB=1),
            node("Relu", ["h"], "z", "relu"),
            node(r.choice(["Gemm", "MatMul"]), ["z", "v"], "y", "out"),
        ]
        return model(
            nodes,
            [
                tensor("w", [n, 3], self.floats(3 * n)),
                tensor("b", [n], self.floats(n)),
                tensor("v", [n, 4], self.floats(4 * n)),
            ],
            [1, 3],
        ), [1, 3]

    def model(self):
        r = self.r
        make = r.choice(
            [
                lambda: self.window("MaxPool"),
                lambda: self.window("AveragePool"),
                lambda: self.window("Conv"),
                self.chain,
                self.constants,
                self.outer,
                self.move,
                self.move,
                self.shapes,
                self.deep,
                self.mlp,
            ]
        )
        return make()

    def damaged(self, b):
        r = self.r.random()
        if r < 0.8 or not b:
            return b
        if r < 0.87:
            return b[: self.r.randrange(len(b))]
        b = bytearray(b)
        for _ in range(self.r.choice([1, 1, 2, 10])):
            b[self.r.randrange(len(b))] ^= 1 << self.r.randrange(8)
        return bytes(b)

    def npy(self, dims):
        count = 1
        for d in dims:
            count *= max(d, 0)
        stated, r = list(dims), self.r.random()
        if r < 0.1:
            stated = [self.size() for _ in dims] or [2**40]
        header = "{'descr': '%s', 'fortran_order': %s, 'shape': (%s), }" % (
            self.r.choice(["<f4", "<f4", "<f4", "|u1", ">f8", "<f2"]) if r < 0.2 else "<f4",
            self.r.random() < 0.2,
            "".join(str(abs(d)) + "," for d in stated),
        )
        header += " " * (63 - (10 + len(header)) % 64) + "\n"
        if len(header) > 65000:
            header = header[:65000]
        data = struct.pack("<f", self.r.choice([0.5, -2.0, 1e20, 0.1])) * min(count, 1 << 20)
        return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + data

    def npz(self):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
            for name in self.r.sample(["x", "w", "b", "v", "other", "n"], self.r.choice([1, 2, 4])):
                body = self.npy(self.r.choice([[4], [3], [1, 3], [2**31], [0]]))
                if self.r.random() < 0.4:
                    body += bytes(self.r.choice([1 << 16, 1 << 24, 1 << 27]))
                z.writestr(name + ".npy", body)
        return out.getvalue()

    def vnnlib(self, inputs, outputs):
        r, text = self.r, ""
        declared = r.choice([inputs, inputs, inputs + 1, 10**5])
        for i in range(declared):
            text += f"(declare-const X_{i} Real)\n"
        for j in range(outputs):
            text += f"(declare-const Y_{j} Real)\n"
        number = lambda: r.choice(
            ["0", "1", "-1", "1e300", "1e-99999", "1e100000", "0." + "3" * 1000, "1/3", "9" * 5000]
        )
        for i in range(min(declared, 2000)):
            text += f"(assert (>= X_{i} 0))(assert (<= X_{i} {number()}))\n"
        text += "(assert (or " + " ".join(f"(and (<= Y_0 {number()}))" for _ in range(r.choice([1, 3, 1000]))) + "))"
        if r.random() < 0.1:
            text += "(" * r.choice([10, 100000])
        return text.encode()


def call(arguments, how, folder):
    limit = (lambda: resource.setrlimit(resource.RLIMIT_AS, (2 * BUDGET, 2 * BUDGET))) if how == "ulimit" else None
    start = time.monotonic()
    with open(os.path.join(folder, "err"), "wb") as err:
        p = subprocess.Popen(
            arguments, stdout=subprocess.DEVNULL, stderr=err, stdin=subprocess.DEVNULL, preexec_fn=limit
        )
        status = usage = None
        while True:
            pid, status, usage = os.wait4(p.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() - start > PATIENCE:
                p.send_signal(signal.SIGKILL)
                _, status, usage = os.wait4(p.pid, 0)
                return "timeout", usage.ru_utime + usage.ru_stime, usage.ru_maxrss
            time.sleep(0.002)
    p.returncode = 0
    code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else -os.WTERMSIG(status)
    seconds = usage.ru_utime + usage.ru_stime
    return (code if seconds <= SECONDS else "timeout"), seconds, usage.ru_maxrss


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tool")
    parser.add_argument("--files", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--keep", help="leave the files of failures here")
    options = parser.parse_args()
    print(f"seed {options.seed}, {options.files} files")
    failures, codes, slowest, largest, calls = 0, collections.Counter(), (0, ""), (0, ""), 0
    with tempfile.TemporaryDirectory() as folder:
        at = lambda name: os.path.join(folder, name)
        for k in range(options.files):
            m = Maker(options.seed * 1000003 + k)
            bytes_, dims = m.model()
            for name, content in (
                ("m.onnx", m.damaged(bytes_)),
                ("x.npy", m.damaged(m.npy(dims))),
                ("g.npz", m.damaged(m.npz())),
                ("p.vnnlib", m.damaged(m.vnnlib(4, 4))),
            ):
                with open(at(name), "wb") as f:
                    f.write(content)
            model_, x = at("m.onnx"), ["--input", at("x.npy")]
            commands = [["info", model_]] + [
                ["run", model_, *x, "--scalar", s] for s in ("float32", "float64", "interval64", "rational")
            ]
            commands += [
                ["bound", model_, *x, "--eps", "0.1"],
                ["bound", model_, *x, "--eps", "0.1", "--spec", "class:0"],
                ["bound", model_, "--box", at("p.vnnlib"), "--spec", "vnnlib"],
                ["grad", model_, *x, "--output", "0", "-o", at("o.npz")],
                ["grad", model_, *x, "--output", "0", "--scalar", "interval64", "-o", at("o.json")],
                ["grad", model_, *x, "--output", "0", "--compare", at("g.npz")],
                ["run", model_, *x, "--scalar", "rational", "--digits", "--json"],
            ]
            if not m.classes:
                commands = [c for c in commands if "class:0" not in c]
            if not options.all:
                commands = [commands[0]] + m.r.sample(commands[1:], 2)
            for c in commands:
                how = m.r.choice(["memory", "ulimit"])
                arguments = [options.tool] + (["--memory", "1G"] if how == "memory" else []) + c
                code, seconds, kib = call(arguments, how, folder)
                calls += 1
                codes[code] += 1
                said = f"file {k}: {how} " + " ".join(c).replace(folder + "/", "")
                slowest, largest = max(slowest, (seconds, said)), max(largest, (kib, said))
                large = how == "memory" and kib * 1024 > BUDGET + (200 << 20)  # the program itself, and malloc's gaps
                if code not in (0, 1, 2, 3) or large:
                    failures += 1
                    with open(at("err"), "rb") as f:
                        err = f.read()[-300:]
                    print(f"FAILS: exit {code}, {seconds:.1f} s, {kib >> 10} MiB: {said}\n  {err!r}", flush=True)
                    if options.keep:
                        os.makedirs(options.keep, exist_ok=True)
                        for name in ("m.onnx", "x.npy", "g.npz", "p.vnnlib"):
                            with open(at(name), "rb") as f, open(os.path.join(options.keep, f"{k}.{name}"), "wb") as to:
                                to.write(f.read())
    print(f"{calls} calls, exit codes {dict(codes)}, {failures} failures")
    print(f"slowest {slowest[0]:.2f} s ({slowest[1]}), largest {largest[0] >> 10} MiB ({largest[1]})")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
