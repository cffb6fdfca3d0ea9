# Completion of mmspan for bash.

_mmspan_models() {
    mmspan models --format json 2>/dev/null | grep -o '"model": *"[^"]*"' | cut -d '"' -f 4 | sort -u
}

_mmspan() {
    local word=${COMP_WORDS[COMP_CWORD]}
    local previous=${COMP_WORDS[COMP_CWORD - 1]}
    local words=
    case $previous in
    -m | --model) words=$(_mmspan_models) ;;
    -f | --format) words="text json markdown" ;;
    --input-format) words="auto text jsonl npy megatron" ;;
    --dtype) words="int8 uint8 int16 uint16 int32 uint32 int64 uint64" ;;
    --rows | --ids | --key | --shard | --fail-on | --window | --max-length | --merge-size | \
        --examples | --column) return ;;
    --how) words="drop mask-labels" ;;
    -c | --config | --tokenizer | --text | -o | --output | --bad | --html)
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
        return
        ;;
    *)
        if [ "$COMP_CWORD" -eq 1 ]; then
            words="audit check collapse detect expand explain fix merge models onboard report scan --help --version"
        elif [[ $word == -* ]]; then
            words=$(mmspan "${COMP_WORDS[1]}" -h 2>/dev/null | grep -oE -- '--[a-z-]+' | sort -u)
        else
            mapfile -t COMPREPLY < <(compgen -f -- "$word")
            return
        fi
        ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}

complete -o filenames -F _mmspan mmspan
