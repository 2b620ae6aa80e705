# bash completion of factorize; after mpirun its own completion, if there is one, finds this
_factorize() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} choices=
    case $before in
        --input | --output | --log | --config) compopt -o default; return ;;
        --store) choices='full half' ;;
        --range | --ranks | -n | --threads | --pulse-timeout | --max-attempts | --commit-interval) return ;;
        *)
            case $COMP_CWORD,${COMP_WORDS[1]} in
                1,*) choices='run plan bench info show verify --config --help --version' ;;
                *,run) choices='--range --input --output --store --overwrite --resume --skip-invalid --threads
                                --pulse-timeout --max-attempts --commit-interval --log --help' ;;
                *,plan) choices='--range --output --store --ranks --measure --json --help' ;;
                *,bench) choices='--range --output --store --json --help' ;;
                2,info) compopt -o default; [[ $word == -* ]] && choices='--json --help' ;;
                2,*) compopt -o default; [[ $word == -* ]] && choices=--help ;;
            esac ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$word")
}
complete -F _factorize factorize
