#!/usr/bin/env bash
# How many times faster are we than PARI, FLINT and GNU factor, on the same numbers, in the same run, on one core?
# Installs what is missing, builds, lets everyone take turns, and prints medians and their ratios as a table.
# Usage: peers.sh [--rounds N] [--quick] [--cpu N] [--bin DIR] [--peer NAME=COMMAND]... [--list] [ROW...]
#   --rounds N    turns of each (5); a median of ratios is that of the turns
#   --quick       small sizes, one turn: do all programs run and agree? Its figures mean nothing.
#   --cpu N       the core to run on (the last one allowed)
#   --bin DIR     programs that are built already; installs and builds nothing
#   --peer NAME=COMMAND   one more filter that prints what GNU factor prints, for the rows of single numbers
#   --list        names the rows; ROW... runs only those (a pattern such as 'divisors-*' will do)
set -euo pipefail
shopt -s inherit_errexit
export LC_ALL=C
TIMEFORMAT=%3U # user CPU seconds

seed=20250101
rounds=5 shrink=1 cpu='' bin='' list=no wanted=() extra_peers=()
all_rows=(divisors-1e7 divisors-1e9 divisors-1e12 divisors-1e15 divisors-1e18 last-40000 last-100000 random-odd
    semiprimes seq-primes seq-lists)

die() { echo "peers.sh: $*" >&2 && exit 1; }

while [ $# -gt 0 ]; do
    case $1 in
        --rounds | --cpu | --bin | --peer) [ $# -gt 1 ] || die "$1 needs a value" ;;&
        --rounds) rounds=$2 && shift ;;
        --cpu) cpu=$2 && shift ;;
        --bin) bin=$(cd "$2" && pwd) && shift ;;
        --peer) extra_peers+=("$2") && shift ;;
        --quick) rounds=1 shrink=100 ;;
        --list) list=yes ;;
        -*) die "unknown option $1 (the head of this file names them)" ;;
        *) wanted+=("$1") ;;
    esac
    shift
done

rows=()
for row in "${all_rows[@]}"; do
    for pattern in "${wanted[@]:-*}"; do
        # shellcheck disable=SC2053  # a pattern
        [[ $row == $pattern ]] && rows+=("$row") && break
    done
done
[ ${#rows[@]} -gt 0 ] || die "no row is called ${wanted[*]} (there are: ${all_rows[*]})"
[ $list = no ] || { printf '%s\n' "${rows[@]}" && exit 0; }

cd "$(dirname "$0")/../.."
if [ -z "$bin" ]; then
    examples/install_dependencies.sh --bench
    examples/build.sh release -DFACTORIZE_BENCHMARKS=ON > /dev/null
    bin=$PWD/build/release/bin
fi
PATH=$bin:$PATH
for program in factors divisors_timer flint_factor gp factor taskset; do
    command -v "$program" > /dev/null || die "$program is missing"
done
[[ $(factor --version) == *coreutils* ]] || die 'this factor is not GNU factor'
[ -n "$cpu" ] || cpu=$(taskset -cp $$ | grep -o '[0-9]*$')
taskset -cp "$cpu" $$ > /dev/null || die "cannot run on core $cpu"

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# -- How a turn is timed: each function prints seconds.

gp_run() { # CODE: what PARI prints. It reports errors and still exits 0.
    local out
    out=$(gp -f -q -s 2G 2>&1 <<< "$1") || die "PARI: $out"
    [[ $out != *'***'* ]] || die "PARI: $out"
    echo "$out"
}

gp_seconds() { # CODE: by PARI's own count of its user CPU time (ms), so without its start
    gp_run "gettime; $1; print(gettime)" | awk '{ printf "%.3f\n", $1 / 1000 }'
}

listing_seconds() { # FIRST COUNT: by the CPU clock of our process, read around the listing itself
    divisors_timer "$@" | cut -d ' ' -f 1
}

filter_seconds() { # RUNS COMMAND...: mean user CPU time of a run, start included, fed by "${feed[@]}"
    local runs=$1 i
    shift
    true > "$tmp/seconds"
    true > "$tmp/errors"
    for ((i = 0; i < runs; i++)); do
        "${feed[@]}" | { time "$@" > /dev/null 2>> "$tmp/errors"; } 2>> "$tmp/seconds" || die "$* failed"
    done
    [ ! -s "$tmp/errors" ] || die "$*: $(head -n 1 "$tmp/errors")"
    awk '{ sum += $1 } END { printf "%.6f\n", sum / NR }' "$tmp/seconds"
}

# -- One row: turns of peer, ours, ours without SIMD; then medians.

compare() { # ROW PEER TARGET: runs "${peer[@]}" and "${ours[@]}". TARGET 0: there is none
    local round theirs mine plain target=$3
    [ $shrink = 1 ] || target=0
    : > "$tmp/turns"
    for ((round = 0; round < rounds; round++)); do
        theirs=$("${peer[@]}")
        mine=$("${ours[@]}")
        plain=$(FACTORIZE_SIMD=portable "${ours[@]}")
        echo "$theirs $mine $plain" >> "$tmp/turns"
    done
    awk -v row="$1" -v peer="$2" -v target="$target" '
        function median(values, size,    i, j, kept) {
            for (i = 2; i <= size; i++)
                for (j = i; j > 1 && values[j - 1] > values[j]; j--) {
                    kept = values[j]; values[j] = values[j - 1]; values[j - 1] = kept
                }
            return (values[int((size + 1) / 2)] + values[int((size + 2) / 2)]) / 2
        }
        function seconds(s) { return s < 1 ? sprintf("%.1f ms", s * 1000) : sprintf("%.2f s", s) }
        {
            if ($2 <= 0) $2 = 0.0005  # --quick: less than a millisecond
            theirs[NR] = $1; ours[NR] = $2; ratio[NR] = $1 / $2; portable[NR] = $3 / $2
        }
        END {
            r = median(ratio, NR); p = median(portable, NR)
            verdict = target == 0 ? "" : r < target ? "no" : "yes"
            goal = target == 0 ? "" : target "x"
            printf "| %-13s | %-11s | %9s | %9s | %5.1fx | %4s | %-3s | %5.2fx%s |\n", row, peer,
                seconds(median(theirs, NR)), seconds(median(ours, NR)), r, goal, verdict, p, (p > 4 ? ": over 4x" : "")
        }' "$tmp/turns"
}

same() { # WHAT OURS THEIRS: nobody is compared who did other work
    [ "$2" = "$3" ] || die "$1: results differ: $2 (ours), $3"
}

# -- The kinds of rows.

pari_listing() { # WAY FIRST COUNT BODY: PARI code that has divisors(N) where BODY says @
    case $1 in
        forfactored) echo "forfactored(N=$2,$2+$3-1,${4//@/divisors(N)})" ;;
        single) echo "for(N=$2,$2+$3-1,${4//@/divisors(N)})" ;;
    esac
}

pari_checksum() { # WAY FIRST COUNT: as divisors_timer: how many 1 < d < n, their sum mod 2^64
    # shellcheck disable=SC2016
    gp_run "c=0;s=0; $(pari_listing "$1" "$2" "$3" 'd=@;c+=#d-2;s+=vecsum(d)-1-d[#d]'); print(c\" \"s%2^64)"
}

divisors() { # ROW FIRST COUNT TARGET
    local way=forfactored count=$(($3 / shrink)) one all
    if [ "$2" -ge 1000000000000000 ] && [ $shrink = 1 ]; then # PARI's better way
        one=$(gp_seconds "$(pari_listing single "$2" "$count" @)")
        all=$(gp_seconds "$(pari_listing forfactored "$2" "$count" @)")
        [[ $(printf '%s\n' "$one" "$all" | sort -n | head -n 1) == "$all" ]] || way=single
    fi
    same "$1" "$(divisors_timer "$2" "$count" | cut -d ' ' -f 2-)" "$(pari_checksum $way "$2" "$count")"
    peer=(gp_seconds "$(pari_listing $way "$2" "$count" @)")
    ours=(listing_seconds "$2" "$count")
    compare "$1" "PARI$([ $way = forfactored ] || echo ', single')" "$4"
}

primes() { # ROW TARGET PEER...: of the numbers that feed prints; a peer as NAME=COMMAND
    local row=$1 target=$2 sum named
    ours=(factors -p)
    sum=$("${feed[@]}" | "${ours[@]}" | cksum)
    ours=(filter_seconds "$runs" "${ours[@]}")
    for named in "${@:3}"; do
        read -ra peer <<< "${named#*=}"
        same "$row" "$sum" "$("${feed[@]}" | "${peer[@]}" | cksum)"
        peer=(filter_seconds 1 "${peer[@]}")
        compare "$row" "${named%%=*}" "$target"
        target=0
    done
}

single_numbers() { # ROW TARGET MORE_PEER...: of the numbers in $tmp/ROW
    feed=(cat "$tmp/$1") runs=5
    primes "$1" "$2" 'GNU factor=factor' "${@:3}" ${extra_peers[@]+"${extra_peers[@]}"}
}

run_row() {
    local count
    case $1 in
        divisors-1e7) divisors "$1" 10000000 1000000 30 ;;
        divisors-1e9) divisors "$1" 1000000000 1000000 25 ;;
        divisors-1e12) divisors "$1" 1000000000000 1000000 20 ;;
        divisors-1e15) divisors "$1" 1000000000000000 100000 15 ;;
        divisors-1e18) divisors "$1" 1000000000000000000 100000 15 ;;
        last-40000 | last-100000)
            count=$((${1#last-} / shrink))
            gp_run "for(n=2^64-$count,2^64-1,print(n))" > "$tmp/$1"
            single_numbers "$1" 15 # without FLINT, which would take a third of the whole run
            ;;
        random-odd)
            gp_run "setrand($seed); for(i=1,20000/$shrink,print(2*random(2^63)+1))" > "$tmp/$1"
            single_numbers "$1" 8 FLINT=flint_factor
            ;;
        semiprimes)
            gp_run "setrand($seed); r=[2^31,2^32]; for(i=1,2000/$shrink,print(randomprime(r)*randomprime(r)))" > "$tmp/$1"
            single_numbers "$1" 20 FLINT=flint_factor
            ;;
        seq-primes)
            feed=(seq 1000000000 $((1000000000 + 10000000 / shrink))) runs=1
            primes "$1" 8 'GNU factor=factor'
            ;;
        seq-lists)
            count=$((2000000 / shrink))
            feed=(seq 1000000000000 $((1000000000000 + count)))
            same "$1" "$("${feed[@]}" | factors | divisors_timer)" \
                "$(pari_checksum forfactored 1000000000000 $((count + 1)))"
            peer=(gp_seconds "$(pari_listing forfactored 1000000000000 $((count + 1)) @)")
            ours=(filter_seconds 1 factors)
            compare "$1" 'PARI, mute' 5
            ;;
    esac
}

load=$(cut -d ' ' -f 1 /proc/loadavg)
echo "$(date +%F), $(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1), core $cpu, load $load;" \
    "PARI $(gp_run 'print(strjoin([Str(x)|x<-version()[1..3]],"."))')," \
    "$(factor --version | head -n 1);" \
    "random numbers from seed $seed; medians of $rounds turn(s)"
echo
echo '| row           | peer        |      peer |      ours |  ratio | goal | met | portable / ours |'
echo '|---|---|---|---|---|---|---|---|'
for row in "${rows[@]}"; do run_row "$row"; done
[ $shrink = 1 ] || printf '\nAll programs run and agree. (--quick: the figures mean nothing.)\n'
printf '\n%d s\n' $SECONDS
