# Completion of @program@ for bash.

__@function@_complete() {
    local line=${COMP_LINE:0:COMP_POINT}
    local -a words=()
    local count=0 piece= i

    # bash cuts words at '=' and ':'; what stands together in the line is one word.
    for ((i = 0; i <= COMP_CWORD; i++)); do
        local apart=
        while [[ $line == [[:space:]]* ]]; do
            line=${line:1}
            apart=yes
        done
        piece=${COMP_WORDS[i]}
        if ((i == COMP_CWORD)); then
            # Only what is before the cursor.
            piece=$line
        fi
        line=${line#"$piece"}
        if [[ -n $apart || $i -eq 0 ]]; then
            words[count]=$piece
            count=$((count + 1))
        else
            words[count - 1]+=$piece
        fi
    done
    local word=${words[count - 1]}

    # What the shell puts its choice behind.
    while [[ $piece == [:=]* ]]; do
        piece=${piece:1}
    done
    local before=${word%"$piece"}

    # Quotes are the shell's; nothing of the line is evaluated.
    local -a asked=()
    for ((i = 1; i < count; i++)); do
        local plain=${words[i]}
        plain=${plain//[\"\'\\]/}
        if [[ $plain == '~/'* ]]; then
            plain=$HOME/${plain:2}
        fi
        asked[i]=$plain
    done
    word=${asked[count - 1]-}

    local program=${words[0]}
    if ! type -- "$program" >/dev/null 2>&1 || [[ $(type -t -- "$program") == alias ]]; then
        program=@program@
    fi
    local answer directive
    answer=$("${program/#\~\//$HOME/}" @question@ "${asked[@]}" 2>/dev/null) || return
    directive=${answer##*:}
    answer=${answer%:*}
    if [[ ! $directive =~ ^[0-9]+$ ]] || ((directive & 1)); then
        return
    fi
    if type compopt >/dev/null 2>&1; then
        if ((directive & 2)); then
            compopt -o nospace
        fi
        if ((directive & 4)); then
            compopt +o default
        fi
    fi

    # Of --flag=value, candidates are values.
    local flag=
    if [[ $word == -*=* ]]; then
        flag=${word%%=*}=
    fi
    local -a texts=() abouts=() remarks=()
    local found=0 longest=0 entry
    while IFS= read -r entry; do
        if [[ $entry == '_activeHelp_ '* ]]; then
            remarks+=("${entry#_activeHelp_ }")
            continue
        fi
        local text=$flag${entry%%$'\t'*} about=
        if [[ $entry == *$'\t'* ]]; then
            about=${entry#*$'\t'}
        fi
        if [[ -z $entry || $text != "$word"* ]]; then
            continue
        fi
        texts[found]=${text#"$before"}
        abouts[found]=$about
        if ((${#texts[found]} > longest)); then
            longest=${#texts[found]}
        fi
        found=$((found + 1))
    done <<<"$answer"

    # Descriptions are for people to read, not for words that are put in one after the other.
    local with_abouts=yes
    if ((found < 2 || COMP_TYPE == 37 || COMP_TYPE == 42)); then
        with_abouts=
    fi
    for ((i = 0; i < found; i++)); do
        if [[ -n $with_abouts && -n ${abouts[i]} ]]; then
            local shown
            printf -v shown "%-${longest}s  (%s)" "${texts[i]}" "${abouts[i]}"
            COMPREPLY[i]=${shown:0:${COLUMNS:-80}}
        else
            COMPREPLY[i]=${texts[i]}
        fi
    done
    if ((found == 0 && COMP_TYPE == 63)) && [[ ${#remarks[@]} -gt 0 ]]; then
        printf '\n%s' "${remarks[@]}" >&2
        printf '\n%s' "${PS1@P}$COMP_LINE" >&2
    fi
}

complete -o default -F __@function@_complete @program@
