# bash completion of factors
_factors() {
    [[ ${COMP_WORDS[COMP_CWORD]} == -* ]] || return
    mapfile -t COMPREPLY < <(compgen -W '--prime-factors --strict --hadoop-counters --help --version' -- "${COMP_WORDS[COMP_CWORD]}")
}
complete -F _factors factors
