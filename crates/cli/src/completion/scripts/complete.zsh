#compdef @program@
# Completion of @program@ for zsh.

_@function@() {
    local tab=$'\t' answer directive entry text about
    local -a asked lines described remarks space

    # Nothing of the line is evaluated: quotes are taken away, and that is all.
    asked=("${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}")
    local program=${(Q)words[1]}
    if ! whence -p -- "$program" >/dev/null; then
        program=@program@
    fi
    answer=$("${program/#\~\//$HOME/}" @question@ "${asked[@]}" 2>/dev/null) || return 1
    directive=${answer##*:}
    lines=("${(@f)${answer%:*}}")
    if [[ $directive != <-> ]] || ((directive & 1)); then
        return 1
    fi

    for entry in "${lines[@]}"; do
        if [[ $entry == '_activeHelp_ '* ]]; then
            remarks+=("${entry#_activeHelp_ }")
            continue
        fi
        if [[ -z $entry ]]; then
            continue
        fi
        text=${${entry%%$tab*}//:/\\:}
        if [[ $entry == *$tab* ]]; then
            described+=("$text:${entry#*$tab}")
        else
            described+=("$text")
        fi
    done
    if ((${#remarks})); then
        compadd -x "${(F)remarks}"
    fi
    # Of --flag=value, candidates are values.
    if [[ $PREFIX == -*=* ]]; then
        compset -P '*='
    fi
    if ((directive & 2)); then
        space=(-S '')
    fi
    if ((${#described})) && _describe -t words '@program@' described "${space[@]}"; then
        return 0
    fi
    if ((directive & 4)); then
        return 1
    fi
    _files
}

if [[ ${funcstack[1]-} == _@function@ ]]; then
    _@function@ "$@"
else
    compdef _@function@ @program@
fi
