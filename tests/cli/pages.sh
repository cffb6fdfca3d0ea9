#!/bin/bash
# The manual page, the completion and the help say the same as the program:
# pages.sh PROGRAM MANUAL COMPLETION
set -euo pipefail

program=$1
manual=$2
completion=$3
failed=0

fail() {
    echo "$*" >&2
    failed=1
}

# The long options that a text names, one per line.
options() {
    grep -oE -- '--[a-z][a-z-]+' | sort -u
}

commands() {
    "$program" -h | awk '/^Commands:/ { on = 1; next } on && NF == 0 { exit } on { print $1 }'
}

plain=$(sed 's/\\-/-/g; s/\\f[A-Z]//g' "$manual")

# What follows a word of usage in the help, as auto|text|...
values_of() {
    "$program" --help | grep -oE -- "$1 [a-z0-9]+(\|[a-z0-9]+)+" | head -1 | cut -d ' ' -f 2
}

# Manual: the version, each command, each option and no other one.
version=$("$program" --version | cut -d ' ' -f 2)
head -1 "$manual" | grep -qF "\"mmspan $version\"" || fail "the manual is not of $version"
while read -r command; do
    grep -qx ".B mmspan $command" <<<"$plain" || fail "the manual has no synopsis of $command"
    grep -qx ".B $command" <<<"$plain" || fail "the manual does not describe $command"
done < <(commands)
diff <("$program" --help | options) <(options <<<"$plain") >/dev/null ||
    fail "options of the help and of the manual differ:" \
        "$(diff <("$program" --help | options) <(options <<<"$plain"))"
formats=$(values_of --input-format)
grep -qF -- "-input-format \" $(tr -d ' ' <<<"$formats")\"" <<<"$plain" ||
    fail "the manual has other input formats than $formats"
tr '|' '\n' <<<"$formats" | grep -v auto | while read -r format; do
    grep -qx ".B $format" <<<"$plain" || echo "$format"
done | grep . && fail "formats that the manual does not describe"

# Each command takes exactly the options that its help names.
while read -r command; do
    while read -r option; do
        [ "$option" = --help ] && continue
        message=$("$program" "$command" "$option" </dev/null 2>&1 || :)
        case $message in
        *"unknown option"*) said=no ;;
        *) said=yes ;;
        esac
        named=no
        "$program" "$command" -h | options | grep -qx -- "$option" && named=yes
        [ $said = $named ] || fail "$command $option: in its help $named, taken $said"
    done < <("$program" --help | options | grep -v -- --version)
done < <(commands)

# Completion: all commands, and of each command all options.
PATH=$(dirname "$program"):$PATH
# shellcheck source=/dev/null
. "$completion"

# complete_words WORD...: what the last word may become.
complete_words() {
    COMP_WORDS=(mmspan "$@")
    COMP_CWORD=$#
    COMPREPLY=()
    _mmspan
    printf '%s\n' "${COMPREPLY[@]}" | sort -u
}

diff <(complete_words '' | grep -v '^-') <(commands | sort) || fail "completion of commands"
while read -r command; do
    diff <(complete_words "$command" --) <("$program" "$command" -h | options) ||
        fail "completion of the options of $command"
done < <(commands)
diff <(complete_words scan --input-format '') <(tr '|' '\n' <<<"$formats" | sort) ||
    fail "completion of input formats"
complete_words scan -m gemma- | grep -qx gemma-4 || fail "completion of models"

exit "$failed"
