#!/usr/bin/env python3
"""bench/table.py <folder>: the Google Benchmark files <folder>/*.benchmark.json as one table, and as
<folder>/results.json.

Time is the best sample; the yardstick is OpenBLAS double (another one where the benchmark's name says so) in the same process, and ratio the
quotient of the best samples of a repetition. Of several repetitions the least times and the median ratio count: the
clock of a processor jumps, and then the best samples of the two sides need not be of one minute. A bar is a wish, not a
test: this program exits with 0 however the bars fall.
"""

import json
import os
import re
import statistics
import sys

LESS, MORE = "<=", ">="
PROGRAMS = [
    "fma_peak",
    "certified_affine",
    "interval_peers",
    "certified_conv",
    "interval_elementwise",
    "networks",
    "exact_products",
    "exact_gradient",
]

# (benchmarks, counter, comparison, limit, for which processor); {path} is the path that the library chooses here.
BARS = [
    (r"affine/256x256/k:1/automatic/{path}", "ratio", LESS, 1.3, ""),
    (r"affine/1024x1024/k:1/automatic/{path}", "ratio", LESS, 1.1, ""),
    (r"affine/.*/k:64/automatic/{path}", "ratio", LESS, 1.6, ""),
    (r"affine/.*/k:512/automatic/{path}", "ratio", LESS, 2.0, ""),
    (r"conv/64x576x1024/automatic/{path}", "ratio", LESS, 1.75, ""),
    (r"affine/.*/k:64/tight/{path}", "ratio", LESS, 2.3, ""),
    (r"affine/.*/k:512/tight/{path}", "ratio", LESS, 2.8, ""),
    (r"(affine|conv)/.*/automatic/avx2", "ratio", LESS, 3.0, "AVX2"),
    (r"(affine/.*/k:(64|512)|conv/.*)/automatic/avx512", "ns_per_mac", LESS, 0.08, "AVX-512"),
    (r"(affine|conv)/.*/automatic/.*", "excess", LESS, 1e-11, ""),
    (r"(affine|conv)/.*/tight/.*", "excess", LESS, 1e-12, ""),
    (r"network/mnist_256x4/batch:1/bounds", "ms", LESS, 0.4, ""),
    (r"network/mnist_256x4/batch:512/bounds", "ms", LESS, 25, ""),
    (r"network/acasxu_.*/batch:512/bounds", "boxes_per_s", MORE, 400000, ""),
    (r"network/cifar_.*/batch:1/bounds_over_unordered64", "ratio", LESS, 1.5, ""),
    (r"network/.*/threads:2", "speedup", MORE, 1.7, ""),
    (r"mlp/batch:(1|64)/dyadic", "ratio", LESS, 8, ""),
    (r"cnn/batch:.*/dyadic", "ratio", LESS, 10, ""),
    (r"mlp/batch:1/dyadic", "ratio", LESS, 50, "AVX2"),
    (r"(mlp/batch:64|cnn/batch:.*)/dyadic", "ratio", LESS, 20, "AVX2"),
    (r"depth/8/batch:64/dyadic", "ratio", LESS, 40, ""),
    (r"mnist_256x6/batch:1/dyadic", "ratio", LESS, 10, ""),
    (r"exact against mpq loops, .*", "speedup", MORE, 50, ""),
    (r"linear in .*", "ratio", LESS, 1.2, ""),
]
UNITS = {
    "ns_per_mac": "ns/MAC",
    "ns_per_interval": "ns/interval",
    "boxes_per_s": "boxes/s",
    "excess": "excess width",
    "speedup": "x speed",
    "openblas_share": "of it in OpenBLAS",
    "ms": "ms",
}


def read(folder):
    """{name: counters}, in the order of the files, and the machine."""
    rows, machine = {}, {}
    for program in PROGRAMS:
        path = os.path.join(folder, program + ".benchmark.json")
        if not os.path.exists(path):
            continue
        with open(path) as file:
            report = json.load(file)
        context = report["context"]
        for key in ("num_cpus", "mhz_per_cpu", "path", "openblas"):
            if key in context:
                machine[key] = context[key]
        machine.setdefault("load", {})[program] = context["load_avg"][0] if context.get("load_avg") else None
        for run in sorted(
            report["benchmarks"],
            key=lambda run: [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", run["name"])],
        ):
            if run.get("run_type") == "aggregate":
                continue
            name = re.sub(r"/(iterations:\d+|repeats:\d+|manual_time|min_time:[^/]*)", "", run["name"])
            row = rows.setdefault(name, {})
            if run.get("error_occurred"):
                row["error"] = run["error_message"]
                continue
            one = {
                key: run[key]
                for key in (
                    "best_us",
                    "yardstick_us",
                    "ns_per_mac",
                    "ns_per_interval",
                    "boxes_per_s",
                    "excess",
                    "ratio",
                    "openblas_share",
                )
                if key in run
            }
            if "best_ms" in run:  # exact_gradient
                one = {
                    "best_us": 1e3 * run["best_ms"],
                    "yardstick_us": 1e3 * run["double_ms"],
                    "ratio": run["x_double"],
                }
            for key, value in one.items():
                row.setdefault(key, []).append(value)
    for name, row in rows.items():
        for key in row:
            if key != "error":
                row[key] = {
                    "ratio": statistics.median,
                    "openblas_share": statistics.median,
                    "boxes_per_s": max,
                    "excess": max,
                }.get(key, min)(row[key])
        if "best_us" in row:
            row["ms"] = row["best_us"] / 1e3
        if "/threads:" in name and "ratio" in row:  # wall time: the least of each side is what a quiet machine gives
            row["ratio"] = row["best_us"] / row["yardstick_us"]
            row["speedup"] = 1 / row["ratio"]
        if name.startswith("peak/"):
            row.pop("ratio"), row.pop("yardstick_us")  # of other numbers of multiply-adds
    return rows, machine


def add_linear(rows):
    """Time a multiply-add over a range of sizes, largest over smallest: 1 is linear."""
    for title, pattern in (
        ("linear in batch, mnist_256x4, 64 to 1024", r"network/mnist_256x4/batch:(64|128|256|512|1024)/bounds"),
        ("linear in MACs, mnist_256x2 to 256x6, batch 512", r"network/mnist_256x[246]/batch:512/bounds"),
    ):
        ns = [row["ns_per_mac"] for name, row in rows.items() if re.fullmatch(pattern, name) and "ns_per_mac" in row]
        if len(ns) > 1:
            rows[title] = {"ratio": max(ns) / min(ns)}


def add_speedups(rows):
    """How many times faster than one mpq operation an element Dyadic's gradients are."""
    for net in ("mlp/batch:1", "mlp/batch:64", "cnn/batch:1"):
        if f"{net}/mpq" in rows and f"{net}/dyadic" in rows:
            rows[f"exact against mpq loops, {net}"] = {
                "speedup": rows[f"{net}/mpq"]["best_us"] / rows[f"{net}/dyadic"]["best_us"]
            }


def bars_of(name, row, path):
    bars = []
    for pattern, counter, comparison, limit, processor in BARS:
        if counter in row and re.fullmatch(pattern.replace("{path}", path), name):
            met = row[counter] <= limit if comparison == LESS else row[counter] >= limit
            bars.append(
                {"counter": counter, "comparison": comparison, "limit": limit, "processor": processor, "met": met}
            )
    return bars


def text_of(us):
    return f"{us:.2f} us" if us < 1e3 else f"{us / 1e3:.3g} ms" if us < 1e6 else f"{us / 1e6:.3g} s"


def line_of(name, row):
    if "error" in row:
        return [name, "", "", "", row["error"], ""]
    measured = [
        f"{row[key]:.3g} {unit}" if key != "boxes_per_s" else f"{row[key]:,.0f} {unit}"
        for key, unit in UNITS.items()
        if key in row and key != "ms"
    ]
    bars = [
        f"{'' if b['counter'] == 'ratio' else UNITS[b['counter']] + ' '}{b['comparison']} {b['limit']:g}"
        f"{' on ' + b['processor'] if b['processor'] else ''}: {'met' if b['met'] else 'NOT MET'}"
        for b in row["bars"]
    ]
    return [
        name,
        text_of(row["best_us"]) if "best_us" in row else "",
        text_of(row["yardstick_us"]) if "yardstick_us" in row else "",
        (
            f"{row['ratio']:.2f}"
            if "ratio" in row and row["ratio"] < 100
            else f"{row['ratio']:.0f}" if "ratio" in row else ""
        ),
        ", ".join(measured),
        "; ".join(bars),
    ]


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: bench/table.py <folder of *.benchmark.json>")
    folder = sys.argv[1]
    rows, machine = read(folder)
    add_linear(rows)
    add_speedups(rows)
    for name, row in rows.items():
        row["bars"] = bars_of(name, row, machine.get("path", "portable"))
    lines = [["benchmark", "time", "yardstick", "ratio", "measured", "bars"]] + [
        line_of(name, row) for name, row in rows.items()
    ]
    widths = [max(len(line[i]) for line in lines) for i in range(6)]
    lines.insert(1, ["-" * w for w in widths])
    for line in lines:
        print("| " + " | ".join(cell.ljust(w) for cell, w in zip(line, widths)) + " |")
    bars = [(name, row[b["counter"]], b) for name, row in rows.items() for b in row["bars"]]
    print(
        f"\n{sum(b['met'] for _, _, b in bars)} of {len(bars)} bars met. Kernels: {machine.get('path')}. Load average as each program began: "
        + ", ".join(f"{program} {load:.1f}" for program, load in machine.get("load", {}).items() if load is not None)
    )
    for name, value, b in bars:
        if not b["met"]:
            print(
                f"not met: {name}: {UNITS.get(b['counter'], b['counter'])} {value:.3g}, wanted {b['comparison']} {b['limit']:g}{' on ' + b['processor'] if b['processor'] else ''}"
            )
    with open(os.path.join(folder, "results.json"), "w") as file:
        json.dump({"machine": machine, "results": rows}, file, indent=1)


if __name__ == "__main__":
    main()
