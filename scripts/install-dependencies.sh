#!/usr/bin/env bash
# Installs the Debian or Ubuntu packages that tercet needs and that are missing; says which; does nothing where none is.
# With the argument `test` or `bench` also those that only `make test` or `make bench` uses.
set -euo pipefail

libraries=(libboost-dev libgmp-dev libmpfr-dev libonnx-dev libprotobuf-dev libzip-dev zlib1g-dev libtbb-dev nlohmann-json3-dev libcli11-dev catch2)
tools=(g++ cmake make pkg-config)  # from whatever source: it is the command that counts
if [[ ${1:-} == bench ]]; then
    libraries+=(libbenchmark-dev libopenblas-dev libflint-dev)
fi
if [[ ${1:-} == bench || ${1:-} == test ]]; then
    tools+=(python3)
fi

missing=()
for tool in "${tools[@]}"; do
    command -v "$tool" >/dev/null || missing+=("$tool")
done

fail() {
    echo "tercet: $1" >&2
    exit 1
}

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    fail "this is not Debian or Ubuntu: install what is called ${tools[*]} ${libraries[*]} there, then run 'cmake --preset release && cmake --build build && ctest --preset release'"
fi
for library in "${libraries[@]}"; do
    status=$(dpkg-query --show --showformat='${db:Status-Status}' "$library" 2>/dev/null || true)
    [[ $status == installed* ]] || missing+=("$library")
done
[[ ${#missing[@]} -gt 0 ]] || exit 0

by_hand="run 'apt-get update && apt-get install --no-install-recommends ${missing[*]}' as root, then try again"
as_root=()
if [[ $(id -u) -ne 0 ]]; then
    command -v sudo >/dev/null || fail "packages are missing, and you are not root and have no sudo: $by_hand"
    as_root=(sudo)
    [[ -t 0 ]] || as_root+=(-n)  # nobody is there to type a password
fi

echo "tercet: installing ${missing[*]}"
"${as_root[@]}" apt-get update || fail "apt-get could not fetch its lists (offline, or no permission): $by_hand"
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}" ||
    fail "apt-get could not install the packages: $by_hand"
