#!/usr/bin/env python3
"""An exact oracle for the tool that shares nothing with it: Python's fractions, our own files, our own forward and
reverse mode.

    oracle.py --tool build/bin/tercet [--seconds 30] [--cases N] [--seed N] [--case K] [--keep FOLDER]

Each case is a random small network with random inputs and boxes. What must hold, without any tolerance but the last:
  run   rational == exact; interval64 contains the exact output
  grad  rational == exact; interval64 contains the exact gradients at points of the box
  bound contains the exact outputs and rows at points of the box: corners, faces, inside
  --spec says "proved" where none of these points shows the opposite, "violated" with a witness that does
  run   float64, float32 within the running error bound of primitives.py, derived there
A failure prints the case, how to run it again, and keeps its files. Exit code 1 then; 77 where nothing ran.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path

import files
from checks import Disagreement, check_gradients, check_run, parsed
from bound_checks import check_bound, check_property
from random_networks import number, random_network


class Case:
    """One network, its files, and the tool run on them."""

    def __init__(self, tool, folder, seed, index):
        self.tool, self.folder, self.rng, self.commands = tool, folder, random.Random("%d:%d" % (seed, index)), []
        self.net, self.rational = random_network(self.rng)
        style, kind = self.rng.choice(["ties", "small", "float"]), self.rng.choice([files.FLOAT32, files.FLOAT64])
        numbers = [number(self.rng, style, kind) for _ in range(self.net.size(self.net.input))]
        self.x = [Fraction(v) for v in numbers]
        self.write("net.onnx", self.net.onnx())
        self.write("x.npy", files.npy_bytes(kind, self.net.dims[self.net.input], numbers))

    def write(self, name, data):
        (self.folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())

    def call(self, *arguments):
        """(exit code, standard output, standard error). Codes but 0 to 3 are failures of any command."""
        self.commands.append("tercet " + " ".join(arguments))
        done = subprocess.run([self.tool, *arguments], cwd=self.folder, capture_output=True, text=True, timeout=120)
        if done.returncode not in (0, 1, 2, 3):
            raise Disagreement("exit code %d: %s" % (done.returncode, done.stderr))
        return done.returncode, done.stdout, done.stderr

    def json(self, *arguments, exits=(0,)):
        """(exit code, the JSON document, its decimals as Fractions)."""
        code, out, err = self.call(*arguments)
        if code not in exits:
            raise Disagreement("exit code %d, expected one of %s: %s" % (code, exits, err))
        return code, parsed(out)


def check(case, counts):
    for part in (check_run, check_gradients, check_bound, check_property):
        part(case, counts)


def keep(case, target):
    target.mkdir(parents=True, exist_ok=True)
    for path in case.folder.iterdir():
        (target / path.name).write_bytes(path.read_bytes())


def main():
    parser = argparse.ArgumentParser(description="random networks, evaluated exactly, against tercet")
    parser.add_argument("--tool", required=True)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--cases", type=int, default=10**9, help="stop after so many")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--case", type=int, help="only this one of the seed")
    parser.add_argument("--keep", default="oracle-failure", help="the folder for the files of a failure")
    options = parser.parse_args()
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(0)
    tool, counts, end = str(Path(options.tool).resolve()), {}, time.monotonic() + options.seconds
    print("oracle: seed %d" % options.seed, flush=True)
    first = options.case or 0
    cases = range(first, first + (1 if options.case is not None else options.cases))
    done = 0
    for index in cases:
        if time.monotonic() > end and done:
            break
        with tempfile.TemporaryDirectory(prefix="oracle-") as folder:
            case = Case(tool, Path(folder), options.seed, index)
            try:
                check(case, counts)
            except (Disagreement, subprocess.TimeoutExpired, KeyError, ValueError) as what:
                keep(case, Path(options.keep))
                print("case %d of seed %d: %s: %s" % (index, options.seed, type(what).__name__, what))
                print("  nodes: " + ", ".join("%s%s" % (n[0], case.net.dims[n[2][0]]) for n in case.net.nodes))
                print("  last command: %s\n  files kept in %s" % (case.commands[-1], Path(options.keep).resolve()))
                print("  again: %s --tool %s --seed %d --case %d" % (sys.argv[0], options.tool, options.seed, index))
                return 1
        done += 1
    print(
        "oracle: %d cases, no disagreement; %s" % (done, ", ".join("%s %d" % item for item in sorted(counts.items())))
    )
    short = [
        name
        for name in (
            "run",
            "grad",
            "class proved",
            "class violated",
            "property proved",
            "property violated",
            "property violated everywhere",
        )
        if done >= 100 and not counts.get(name)
    ]
    if short:
        print("oracle: nothing of this kind was seen: %s" % ", ".join(short))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
