#!/bin/bash
# Installs mmspan into a temporary prefix and builds programs against it: with
# find_package, with pkg-config and with add_subdirectory; static and shared.
# Usage: tests/consumer/run.sh
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# install NAME CMAKE-OPTION...: builds and installs, then moves the prefix and removes
# the build directory, so that nothing can depend on where either was.
install_copy() {
    local name=$1
    shift
    cmake -S "$top" -B "$work/build" -DCMAKE_BUILD_TYPE=Release -DMMSPAN_BUILD_TESTS=OFF \
        -DMMSPAN_BUILD_BENCH=OFF -DCMAKE_INSTALL_PREFIX="$work/moved-away" "$@"
    cmake --build "$work/build" --parallel 2
    cmake --install "$work/build"
    rm -rf "$work/build"
    mv "$work/moved-away" "$work/$name"
}

# Runs the programs that were built in a directory.
run_programs() {
    local program
    for program in "$1"/consumer_*; do
        "$program"
    done
}

# find_package_with PREFIX TARGET KIND: with the other libraries of that kind, as in _shared
find_package_with() {
    local build="$work/use"
    cmake -S "$here" -B "$build" -DCMAKE_PREFIX_PATH="$work/$1" -DMMSPAN_TARGET="$2" \
        -DMMSPAN_TOKENIZER_TARGET="mmspan::tokenizer$3" -DMMSPAN_AUDIT_TARGET="mmspan::audit$3"
    cmake --build "$build"
    run_programs "$build"
    rm -rf "$build"
    echo "find_package: $1, $2: fine"
}

# The examples, as whoever copies them would build them.
examples_with() {
    local build="$work/use" program
    cmake -S "$top/examples" -B "$build" -DCMAKE_PREFIX_PATH="$work/$1"
    cmake --build "$build"
    for program in first runner strict_hook; do
        "$build/$program" >/dev/null
    done
    rm -rf "$build"
    echo "examples: $1: fine"
}

# pkg_config_with PREFIX [--static]
pkg_config_with() {
    local prefix="$work/$1"
    local flags cflags libs libdir library
    shift
    export PKG_CONFIG_PATH
    PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name mmspan.pc)")
    libdir=$(pkg-config --variable=libdir mmspan)
    flags=("$@")
    read -r -a cflags <<<"$(pkg-config --cflags mmspan)"
    read -r -a libs <<<"$(pkg-config "${flags[@]}" --libs mmspan)"
    mkdir "$work/use"
    "${CC:-cc}" -std=c11 "${cflags[@]}" "$here/consumer.c" "${libs[@]}" -o "$work/use/consumer_c"
    "${CXX:-c++}" -std=c++17 "${cflags[@]}" "$here/consumer.cc" "${libs[@]}" \
        -o "$work/use/consumer_cxx"
    for library in tokenizer audit; do
        read -r -a libs <<<"$(pkg-config "${flags[@]}" --libs "mmspan-$library")"
        "${CC:-cc}" -std=c11 "${cflags[@]}" "$here/consumer_$library.c" "${libs[@]}" \
            -o "$work/use/consumer_$library"
    done
    LD_LIBRARY_PATH=$libdir run_programs "$work/use"
    rm -rf "$work/use"
    echo "pkg-config: $prefix ${flags[*]}: fine"
}

# add_subdirectory_with TARGET [CMAKE-OPTION...]: as a subdirectory mmspan builds its library
# only, and the others when asked, and installs nothing.
add_subdirectory_with() {
    local build="$work/use" target=$1
    shift
    cmake -S "$here" -B "$build" -DMMSPAN_SOURCE="$top" -DMMSPAN_TARGET="$target" "$@"
    cmake --build "$build" --parallel 2
    run_programs "$build"
    cmake --install "$build" --prefix "$work/sub"
    if find "$work/sub" -name '*mmspan*' | grep .; then
        echo "installed by a subproject" >&2
        return 1
    fi
    if find "$build/mmspan" -name '*test*' -o -name mmspan -type f -perm -u+x | grep .; then
        echo "built by a subproject" >&2
        return 1
    fi
    rm -rf "$build" "$work/sub"
    echo "add_subdirectory: $target: fine"
}

# The second one is laid out as distributions do it where they know several CPUs.
multiarch=$("${CC:-cc}" -dumpmachine)
install_copy both -DCMAKE_INSTALL_LIBDIR=lib
install_copy static-only -DMMSPAN_BUILD_SHARED=OFF -DCMAKE_INSTALL_LIBDIR="lib/$multiarch"
"$work/both/bin/mmspan" --version

find_package_with both mmspan::mmspan ""
find_package_with both mmspan::shared _shared
find_package_with both mmspan::static _static
find_package_with static-only mmspan::mmspan ""
examples_with both
pkg_config_with both
pkg_config_with static-only --static
add_subdirectory_with mmspan::mmspan
add_subdirectory_with mmspan::static -DMMSPAN_AUDIT=ON
echo "all consumers: fine"
