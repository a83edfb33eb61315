# Completion of @program@ for fish.

# Asks the program; true when it has candidates, or when there is nothing to offer but files is not
# wanted either.
function __@function@_ask
    set -l words (commandline -opc)
    set -l word (commandline -ct | string unescape)
    set -g __@function@_candidates
    set -l answer (HELM_ACTIVE_HELP=0 $words[1] @question@ $words[2..-1] "$word" 2>/dev/null)
    or return 1
    set -l directive (string replace -r '^:' '' -- $answer[-1])
    string match -qr '^[0-9]+$' -- "$directive"
    or return 1
    set -e answer[-1]
    test (math "$directive % 2") -eq 0
    or return 1

    # Of --flag=value, candidates are values, and fish wants the whole.
    set -l flag ''
    if string match -qr '^-.*=' -- "$word"
        set flag (string replace -r '=.*$' '=' -- "$word")
    end
    for entry in $answer
        if test -n "$entry"
            set -a __@function@_candidates "$flag$entry"
        end
    end
    if test (count $__@function@_candidates) -gt 0
        return 0
    end
    # No candidates: files, unless they are not wanted.
    test (math "floor($directive / 4) % 2") -eq 1
end

complete -c @program@ -e
complete -c @program@ -f -n __@function@_ask -a '(printf "%s\n" $__@function@_candidates)'
complete -c @program@ -F -n 'not __@function@_ask'
