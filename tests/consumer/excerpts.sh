#!/bin/sh
# Checks that every C example of the pages stands in one of the programs, which are compiled
# and run: excerpts.sh PROGRAM... -- PAGE...
# An example is a ```c block of a Markdown page, or the lines of a header's comment that are
# indented by five blanks. Blanks and line ends do not count; a blank line or `...` in the
# example stands for anything.
set -eu

# A separator that awk takes for an assignment.
for argument; do
    shift
    [ "$argument" != -- ] || argument=pages=1
    set -- "$@" "$argument"
done

exec awk '
    # Programs come first.
    FNR == 1 {
        flush()
        file = FILENAME
        fenced = 0
        if (!pages)
            order[n_programs++] = file
    }
    !pages { programs[file] = programs[file] $0 " "; next }
    is_code() { add($0); next }
    { flush() }
    END {
        flush()
        if (!n_examples)
            print "no examples found"
        printf "%d examples in %d programs\n", n_examples, n_programs
        exit failed || !n_examples
    }

    # True within an example; takes the marks of a comment off the line.
    function is_code() {
        if (file ~ /\.md$/) {
            if ($0 ~ /^ *```/) {
                fenced = !fenced && $0 ~ /^ *```c *$/
                return 0
            }
            return fenced
        }
        if ($0 !~ /^ \*     / || (!line && $0 !~ /^ \*     [^ ]/))
            return 0
        sub(/^ \*/, "")
        return 1
    }

    function add(text) {
        if (!line)
            line = FNR
        example = example (text ~ /^[ \t]*$/ ? "..." : text) " "
    }

    function squeeze(text) {
        gsub(/[ \t]+/, "", text)
        return text
    }

    # True when all pieces of the example stand in the program, one behind the other.
    function stands_in(program,    pieces, n, i, rest, piece, at) {
        rest = squeeze(programs[program])
        n = split(example, pieces, /\.\.\./)
        for (i = 1; i <= n; i++) {
            piece = squeeze(pieces[i])
            at = index(rest, piece)
            if (!at)
                return 0
            rest = substr(rest, at + length(piece))
        }
        return 1
    }

    # The end of an example, if there is one.
    function flush(    i) {
        if (!line)
            return
        n_examples++
        for (i = 0; i < n_programs && !stands_in(order[i]); i++)
            ;
        if (i == n_programs) {
            printf "%s:%d: stands in no program\n", file, line
            failed = 1
        }
        line = 0
        example = ""
    }
' "$@"
