#!/usr/bin/env bash
# The main job on a small network: one image in several arithmetics, certified bounds, exact gradients. `make demo` runs it after the build.
# usage: demo.sh [path of the tercet tool]
set -euo pipefail
export LC_ALL=C

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
find_tool() {
    local place
    for place in "$here"/../build/bin/tercet "$here"/../build/*/bin/tercet "$here"/../build-*/bin/tercet; do
        if [ -x "$place" ]; then
            (cd "$(dirname "$place")" && echo "$PWD/tercet")
            return
        fi
    done
    echo "demo.sh: no tercet tool under build/: run 'make demo', or give its path: examples/demo.sh PATH" >&2
    return 1
}
if [ $# -gt 0 ]; then tool=$(cd "$(dirname "$1")" && pwd)/$(basename "$1"); else tool=$(find_tool); fi
[ -x "$tool" ] || { echo "demo.sh: $tool is not a program" >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here"/models/digits_cnn.onnx "$here"/digits/sample_319_label_3.npy "$here"/digits/sample_36_label_6.npy "$work"
cd "$work"
mv sample_319_label_3.npy three.npy
mv sample_36_label_6.npy six.npy

say() { printf '\n'; printf '%s\n' "$@"; }
# Shows a command and runs it. The tool answers 3 where a property is not proved: a result, not an error.
show() {
    printf '\n$ tercet'
    printf ' %s' "$@"
    printf '\n'
    local code=0
    "$tool" "$@" || code=$?
    [ "$code" -eq 0 ] || [ "$code" -eq 3 ] || exit "$code"
}

say "=== 1. The network ===" \
    "digits_cnn.onnx reads 8x8 images of handwritten digits: two convolutions, a linear head, ten outputs (one score a digit)." \
    "tercet trained it with its own backward pass; examples/train_digits.cpp makes the same file again, bit for bit."
show info digits_cnn.onnx

say "=== 2. One image, four arithmetics ===" \
    "three.npy is a test image of a 3. The layers are written once; only the kind of number changes." \
    "float32 and float64 round at every step, and the digits where they part are noise:"
show run digits_cnn.onnx --input three.npy --scalar float32
show run digits_cnn.onnx --input three.npy --scalar float64
say "interval64 carries a lower and an upper bound through every step. The exact scores are certain to lie between them:"
show run digits_cnn.onnx --input three.npy --scalar interval64
say "rational does not round at all: its results are fractions."
show run digits_cnn.onnx --input three.npy --scalar rational
json=$("$tool" run digits_cnn.onnx --input three.npy --scalar rational --json)
if [[ $json =~ \"(-?[0-9]+/[0-9]+)\" ]]; then say "Score 0 in full: ${BASH_REMATCH[1]}"; fi

say "=== 3. What if the pixels change a little? ===" \
    "Every pixel may now move by up to 0.02, within [0, 1]. These bounds hold for each of these infinitely many images, proved, not sampled." \
    "Y_k is the score of digit k. The last rows bound the differences Y_3 - Y_j: where all are above 0, each of the images is a 3." \
    "(Y_3 and Y_8 overlap, and yet Y_3 - Y_8 is above 0: both depend on the same pixels, and tercet bounds the difference as one.)"
show bound digits_cnn.onnx --input three.npy --eps 0.02 --clip 0,1 --spec class:3
say "An image of a 6 is harder. These bounds say 'not proved', which is not 'wrong': a smaller change is proved."
for eps in 0.02 0.01; do
    printf '\n$ tercet bound digits_cnn.onnx --input six.npy --eps %s --clip 0,1 --spec class:6 | tail -n 1\n' "$eps"
    { "$tool" bound digits_cnn.onnx --input six.npy --eps "$eps" --clip 0,1 --spec class:6 || [ $? -eq 3 ]; } | tail -n 1
done

# beside NAME: the gradient of one tensor in float32 and exactly, both from the tool's JSON, where numbers stand in hexadecimal.
beside() {
    local key scalar
    for scalar in float32 rational; do
        "$tool" grad digits_cnn.onnx --input three.npy --output 3 --scalar "$scalar" -o "$scalar.json" >/dev/null
        key=$([ "$scalar" = rational ] && echo float64_hex || echo hex)
        sed -E "s/.*\"$1\": *\{[^}]*\"$key\": *\[([^]]*)\].*/\1/; s/[\", ]+/ /g" "$scalar.json" >"$scalar.txt"
    done
    local -a rounded exact
    read -ra rounded <float32.txt
    read -ra exact <rational.txt
    printf '\n  %-14s %20s %28s\n' "$1" "float32" "exact, to 16 digits"
    local k
    for k in "${!rounded[@]}"; do printf '  %-14s %20.9g %28.16g\n' "$k" "${rounded[$k]}" "${exact[$k]}"; done
}

say "=== 4. How wrong are float32 gradients? ===" \
    "The gradient of score 3 with respect to the image and every weight: once in float32, once in exact fractions." \
    "The table says how far off the float32 ones are. One ulp is the distance between neighbouring floats; right rounding is off by at most 0.5."
show grad digits_cnn.onnx --input three.npy --output 3 --scalar float32 -o float32.npz
show grad digits_cnn.onnx --input three.npy --output 3 --scalar rational -o exact.npz --compare float32.npz
say "One of these tensors, number by number:"
beside conv1.bias
say "Kinks: where a ReLU reads exactly 0, or two pixels of a pooling window tie, there is no derivative and the convention decides." \
    "" \
    "Next: tercet --help, and the README."
