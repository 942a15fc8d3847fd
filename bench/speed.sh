#!/usr/bin/env bash
# bench/speed.sh [shared folder]: the three speeds of whole commands, best of several runs, process start included.
#   bound of an ACAS Xu net          wanted <= 50 ms
#   exact gradient of mnist 256x6    wanted <= 5 s and <= 2 GiB
#   info on a 10 MB file             wanted <= 50 ms
set -euo pipefail
cd "$(dirname "$0")/.."
tool=build/bin/tercet
shared=${1:-../shared}
[ -x "$tool" ] || { echo "bench/speed.sh: build the tool first (make demo)" >&2; exit 1; }
[ -d "$shared/vnncomp" ] || { echo "skipped: no folder $shared/vnncomp"; exit 0; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

best() {  # best <runs> <command...>: milliseconds of the fastest run
    local runs=$1 least=999999999 start t
    shift
    for ((i = 0; i < runs; ++i)); do
        start=$(date +%s%N)
        "$@" > /dev/null || [ $? -eq 3 ]
        t=$((($(date +%s%N) - start) / 1000))
        ((t < least)) && least=$t
    done
    echo "$((least / 1000)).$(printf %03d $((least % 1000))) ms"
}

echo "bound, ACAS Xu 1_1 property 1:   $(best 20 $tool bound "$shared/vnncomp/acasxu/onnx/ACASXU_run2a_1_1_batch_2000.onnx" --box "$shared/vnncomp/acasxu/vnnlib/prop_1.vnnlib" --json)"

# A .npy of 784 doubles in [0, 1), and a 10 MB model: both made here.
build/bench/make_speed_inputs "$scratch"
echo "exact gradient, mnist 256x6:     $(best 3 $tool grad "$shared/vnncomp/mnist_fc/onnx/mnist-net_256x6.onnx" --input "$scratch/x.npy" --output 0 --scalar rational -o "$scratch/g.npz")"
if [ -x /usr/bin/time ]; then
    /usr/bin/time -f "  peak memory:                   %M KiB" $tool grad "$shared/vnncomp/mnist_fc/onnx/mnist-net_256x6.onnx" --input "$scratch/x.npy" --output 0 --scalar rational -o "$scratch/g.npz" > /dev/null
fi
echo "info, $(stat -c %s "$scratch/large.onnx") bytes:          $(best 10 $tool info "$scratch/large.onnx")"
