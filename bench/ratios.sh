#!/usr/bin/env bash
# bench/ratios.sh [program...]: runs the Google Benchmark programs of build/bench (all that were built, or those named), then prints bench/table.py's
# table. Repetitions of different benchmarks are shuffled, so that a slow minute of the machine does not fall on one of them alone.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=build/bench
export OPENBLAS_NUM_THREADS=1

programs=("$@")
[ $# -gt 0 ] || programs=(fma_peak certified_affine interval_peers certified_conv interval_elementwise networks exact_products exact_gradient)
for program in "${programs[@]}"; do
    [ -x "$folder/$program" ] || { echo "bench/$program was not built (cmake says why)"; continue; }
    echo "running bench/$program"
    case "$program" in
        interval_peers | exact_products) repetitions=1 ;;  # seconds a run
        exact_gradient) repetitions=3 ;;
        *) repetitions=5 ;;
    esac
    rm -f "$folder/$program.benchmark.json"
    "$folder/$program" --benchmark_repetitions=$repetitions --benchmark_enable_random_interleaving=true --benchmark_out="$folder/$program.benchmark.json" \
        --benchmark_out_format=json > "$folder/$program.log" 2>&1 || { cat "$folder/$program.log"; exit 1; }
    [ -s "$folder/$program.benchmark.json" ] || rm -f "$folder/$program.benchmark.json"  # it was skipped
done
command -v python3 > /dev/null || { echo "the table needs python3; the figures are in $folder/*.benchmark.json"; exit 0; }
bench/table.py "$folder"
