#!/usr/bin/env bash
# A real Slurm cluster of several nodes on one Linux machine, for tests and for trying things out. As root:
#
#   sandbox.sh up [NODES]          start it (4 nodes); partition `main` has all, `quad1` the first four, `quad2` the next, ...
#   eval "$(sandbox.sh env)"       make a shell its login node
#   sandbox.sh fail NODE [MODE]    kill (default): SIGKILL to every process of the node
#                                  power: the same with its link cut first, so that its peers see silence
#                                  net: only the link is cut, its processes live on
#   sandbox.sh heal NODE           bring it back, once slurmctld has noticed that it was gone, and wait until it is usable
#   sandbox.sh hurry JOB           start a requeued job at once: slurmctld makes it wait two minutes, hard-coded
#   sandbox.sh exec NODE COMMAND   run a command inside a node
#   sandbox.sh status              what runs; sinfo; squeue
#   sandbox.sh down [--purge]      stop what `up` started; --purge also removes the directory
#
# A node is a set of namespaces (net, uts, ipc, pid, mount): it has its own host name, address, processes and /dev/shm, as
# a machine has. Files are shared, as on a cluster's file system. Nodes reach each other and slurmctld over a bridge, and
# nothing else. No systemd, cgroups, database, /etc/slurm or /etc/munge is used.
#
# Environment, the same for every command:
#   SANDBOX_DIR            configuration, key, state and logs (/tmp/slurm-sandbox)
#   SANDBOX_CPUS           CPUs of each node (4), of which the machine may have fewer
#   SANDBOX_SLURMDTIMEOUT  seconds of a node's silence (6): after two to three times that it is DOWN
set -uo pipefail
export LC_ALL=C PATH=/usr/sbin:/sbin:$PATH

dir=${SANDBOX_DIR:-/tmp/slurm-sandbox}
cpus=${SANDBOX_CPUS:-4}
slurmd_timeout=${SANDBOX_SLURMDTIMEOUT:-6}
network=10.77.0
bridge=ssbbr
usable='^(idle|allocated|mixed|completing)$' # states of a node
here=$(dirname "$(readlink -f "$0")")

# What the caller's own Slurm or MPI has set must not reach the daemons, which would hand it on to jobs.
for name in $(compgen -e | grep -E '^(SLURM|SBATCH|SRUN|PMIX?|OMPI)_'); do unset "$name"; done
export SLURM_CONF=$dir/slurm.conf

say() { printf 'sandbox: %s\n' "$*"; }
die() {
    printf 'sandbox: error: %s\n' "$*" >&2
    exit 1
}
nodes() { cat "$dir/nodes" 2> /dev/null; }

poll() { # SECONDS COMMAND...: until it succeeds
    local end=$((SECONDS + $1))
    until "${@:2}"; do
        [ $SECONDS -lt "$end" ] || return 1
        sleep 0.1
    done
}

# ---- daemons, remembered by pid and start time: a pid alone may have passed to another ----------------------------

stat_field() { # PID FIELD: counted behind the command's name, from 1: 1 state, 20 start time
    local stat
    stat=$(cat "/proc/$1/stat" 2> /dev/null) && cut -d ' ' -f "$2" <<< "${stat##*) }"
}
remember() { echo "$2 $(stat_field "$2" 20)" > "$dir/run/$1.pid"; } # NAME PID
pid_of() { # NAME: its pid, if it lives
    local pid start
    read -r pid start 2> /dev/null < "$dir/run/$1.pid" || return 1
    [ "$(stat_field "$pid" 20)" = "$start" ] && [ "$(stat_field "$pid" 1)" != Z ] && echo "$pid"
}
is_gone() { ! pid_of "$1" > /dev/null; }
stop() { # NAME SIGNAL SECONDS: and SIGKILL if it is not gone by then
    local pid
    if pid=$(pid_of "$1"); then
        kill "-$2" "$pid"
        poll "$3" is_gone "$1" || kill -KILL "$pid"
        poll 5 is_gone "$1"
    fi
    rm -f "$dir/run/$1.pid"
}

munge_answers() { munge -S "$dir/munge/munge.socket" -n > /dev/null 2>&1; }
start_munged() {
    pid_of munged > /dev/null && return
    setsid munged --foreground --force --key-file="$dir/munge/munge.key" --socket="$dir/munge/munge.socket" \
        --pid-file="$dir/munge/munged.pid" --log-file="$dir/log/munged.log" --seed-file="$dir/munge/munge.seed" \
        < /dev/null >> "$dir/log/munged.log" 2>&1 &
    remember munged $!
    poll 10 munge_answers || die "munged did not start: $(tail -n 3 "$dir/log/munged.log")"
}

# On its own host name, so that it listens on the bridge only; it forgets the jobs of an earlier cluster (-c).
slurmctld_answers() { scontrol ping 2> /dev/null | grep -q 'is UP'; }
start_slurmctld() {
    pid_of slurmctld > /dev/null && return
    # shellcheck disable=SC2016  # for the inner shell
    setsid nice -n -10 unshare --uts --mount --propagation slave sh -c \
        'hostname ctl && mount --bind "$0/hosts" /etc/hosts && exec slurmctld -D -c -f "$0/slurm.conf"' "$dir" \
        < /dev/null >> "$dir/log/slurmctld.out" 2>&1 &
    remember slurmctld $!
    poll 15 slurmctld_answers || die "slurmctld did not start: $(tail -n 5 "$dir/log/slurmctld.out")"
}

node_init_of() { # PID: the first process in the pid namespace that unshare has made
    local child
    child=$(cut -d ' ' -f 1 "/proc/$1/task/$1/children" 2> /dev/null)
    [ -n "$child" ] && grep -q sandbox_node "/proc/$child/cmdline" 2> /dev/null && echo "$child"
}
start_node() { # NODE. Ahead of other work (nice): a machine that is busy must not take a node for dead
    pid_of "$1" > /dev/null && return
    rm -rf "$dir/spool/$1" # a reboot: no sockets of PMIx are left
    mkdir -p "$dir/spool/$1"
    local boot=() # a boot time of its own: slurmctld tells a rebooted node from a restarted slurmd by it
    unshare --time --boottime 0 true 2> /dev/null && boot=(--time --boottime "-$(cut -d. -f1 /proc/uptime)")
    setsid nice -n -10 ip netns exec "$1" unshare "${boot[@]}" --uts --ipc --mount --propagation slave --pid --fork \
        --kill-child --mount-proc "$here/sandbox_node.sh" "$dir" "$1" < /dev/null >> "$dir/log/$1.out" 2>&1 &
    local outer=$! # becomes unshare
    remember "$1.outer" $outer
    poll 10 node_init_of $outer > "$dir/run/$1.init" || die "$1 did not start: $(tail -n 5 "$dir/log/$1.out")"
    remember "$1" "$(cat "$dir/run/$1.init")"
}
stop_node() { # NODE SIGNAL: SIGKILL to the first process of a pid namespace ends all of it
    stop "$1" "$2" 4
    stop "$1.outer" TERM 2
}

are() { # STATES NODE...: sinfo's
    local node
    for node in "${@:2}"; do
        sinfo -h -N -n "$node" -o %T 2> /dev/null | head -n 1 | grep -qE "$1" || return 1
    done
}

# ---- network --------------------------------------------------------------------------------------------------------

link_of() { echo "ssb${1#node}"; } # the bridge's end of a node's cable
make_network() {
    local node
    ip link set lo up
    { ip link add "$bridge" type bridge && ip addr add "$network.254/24" dev "$bridge" && ip link set "$bridge" up; } ||
        die 'cannot make a bridge'
    for node in $(nodes); do
        { ip netns add "$node" && ip link add "$(link_of "$node")" type veth peer name eth0 netns "$node" &&
            ip link set "$(link_of "$node")" master "$bridge" up && ip -n "$node" link set lo up &&
            ip -n "$node" addr add "$network.${node#node}/24" dev eth0 && ip -n "$node" link set eth0 up; } ||
            die "cannot make the network of $node"
    done
}
remove_network() { # by name: also what an interrupted run has left
    local node
    for node in $(nodes); do
        ip link del "$(link_of "$node")"
        ip netns del "$node"
    done 2> /dev/null
    ip link del "$bridge" 2> /dev/null
}

# ---- commands -------------------------------------------------------------------------------------------------------

configure() { # NODES
    local i quads=''
    seq -f 'node%.0f' "$1" > "$dir/nodes"
    (umask 077 && head -c 128 /dev/urandom > "$dir/munge/munge.key")
    {
        echo "127.0.0.1 localhost"
        echo "$network.254 ctl $(hostname -s)"
        for ((i = 1; i <= $1; i++)); do echo "$network.$i node$i"; done
    } > "$dir/hosts"
    for ((i = 1; i + 3 <= $1; i += 4)); do
        quads+="PartitionName=quad$((i / 4 + 1)) Nodes=node[$i-$((i + 3))] DefaultTime=10:00 MaxTime=INFINITE State=UP"$'\n'
    done
    sed -e "s|@DIR@|$dir|g" -e "s|@NETWORK@|$network|g" -e "s|@NODES@|$1|g" -e "s|@CPUS@|$cpus|g" \
        -e "s|@SLURMD_TIMEOUT@|$slurmd_timeout|g" -e "s|@PLUGINS@|/usr/lib/$(uname -m)-linux-gnu/slurm-wlm|g" \
        "$here/sandbox.conf" > "$dir/slurm.conf"
    printf '%s' "$quads" >> "$dir/slurm.conf"
    : > "$dir/plugstack.conf"
    printf 'CgroupPlugin=cgroup/v1\nCgroupAutomount=no\n' > "$dir/cgroup.conf" # slurmd looks, though nothing uses them
    # PMIx meets in /tmp, which the nodes share, unless told otherwise.
    echo 'PMIxCliTmpDirBase=/dev/shm' > "$dir/mpi.conf"
    # What a site sets for its users, here: root may run MPI, and there may be more ranks than cores.
    cat > "$dir/mpi-env.sh" << 'END'
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_hwloc_base_binding_policy=none OMPI_MCA_mpi_yield_when_idle=1
export OMPI_MCA_btl=self,vader,tcp OMPI_MCA_pml=ob1
END
}

up() { # NODES
    local node
    [[ $1 =~ ^([1-9]|[1-9][0-9])$ ]] || die 'NODES is 1 to 99'
    case $dir in
        *[[:space:]]* | [!/]*) die "SANDBOX_DIR is '$dir': give an absolute path without blanks" ;;
    esac
    [ -e "$dir/.sandbox" ] || [ -z "$(ls -A "$dir" 2> /dev/null)" ] || die "$dir was not made by this script"
    pid_of slurmctld > /dev/null && die 'it is up already'
    [ ! -e "$dir/.sandbox" ] || down --purge
    { mkdir -p "$dir"/{munge,state,spool,log,run} && touch "$dir/.sandbox" && chmod 755 "$dir"; } || die "cannot write $dir"
    configure "$1"
    make_network
    start_munged
    start_slurmctld
    for node in $(nodes); do start_node "$node"; done
    # shellcheck disable=SC2046  # words
    poll 60 are "$usable" $(nodes) || die "not all nodes are idle: $(sinfo -N -l)"
    say "$1 nodes of $cpus CPUs are up; in your shell: eval \"\$($0 env)\""
}
down() { # [--purge]
    local node pid
    [ -e "$dir/.sandbox" ] || die "there is no sandbox in $dir"
    for node in $(nodes); do pid=$(pid_of "$node") && kill -TERM "$pid"; done # all at once, then each is waited for
    for node in $(nodes); do stop_node "$node" TERM; done
    stop slurmctld TERM 15
    stop munged TERM 5
    remove_network
    [ "${1:-}" != --purge ] || rm -rf "$dir"
    say 'down'
}
status() {
    local name pid
    for name in munged slurmctld $(nodes); do
        pid=$(pid_of "$name") || pid='not running'
        printf '%-10s %s\n' "$name" "$pid"
    done
    sinfo && squeue
}
fail() { # NODE MODE
    case $2 in
        kill) ;;
        power | net) ip link set "$(link_of "$1")" down ;;
        *) die "unknown mode $2" ;;
    esac
    [ "$2" = net ] || stop_node "$1" KILL
    say "$1: $2"
}
heal() { # NODE
    # A machine takes longer to boot than Slurm to miss it. One that slurmctld missed not at all would go on with a job
    # that its processes know nothing of.
    is_gone "$1" && { poll 90 are '^down' "$1" || say "$1 was not marked DOWN"; }
    ip link set "$(link_of "$1")" up
    start_node "$1"
    poll 3 are "$usable" "$1" || scontrol update "NodeName=$1" State=RESUME 2> /dev/null
    poll 60 are "$usable" "$1" || die "$1 did not come back: $(sinfo -h -N -n "$1")"
    say "$1 is back"
}
hurry() { # JOB
    local state end=$((SECONDS + 60))
    while [ $SECONDS -lt $end ]; do
        state=$(squeue -h -j "$1" -o '%T %r' 2> /dev/null | head -n 1)
        case $state in
            'PENDING BeginTime')
                sleep 5 # what the wait is for: slurmstepd may still clean up after the last start
                scontrol update "JobId=$1" StartTime=now
                ;;
            RUNNING*) return 0 ;;
            PENDING* | COMPLETING* | CONFIGURING* | REQUEUED*) ;;
            '') # no answer, or the job is over already
                ! scontrol show job "$1" 2> /dev/null | grep -qE 'JobState=(COMPLETED|FAILED|CANCELLED|TIMEOUT)' || return 0 ;;
            *) die "job $1 is not in the queue ($state)" ;;
        esac
        sleep 0.25
    done
    die "job $1 did not start: $state"
}
execute() { # NODE COMMAND...
    local pid
    pid=$(pid_of "$1") || die "$1 is not running"
    exec nsenter -t "$pid" --net --uts --ipc --pid --mount "--wd=$PWD" -- "${@:2}"
}

usage() {
    sed -n '2,/^set -/{/^set -/d; s/^# \{0,1\}//; p}' "$0" >&2
    exit 2
}
need_node() { nodes | grep -qx -- "${1:-}" || die "no such node: '${1:-}'"; }

[ "$(id -u)" = 0 ] || die 'run me as root'
case ${1:-} in
    up) up "${2:-4}" ;;
    down) down "${2:-}" ;;
    status) status ;;
    env)
        echo "export SLURM_CONF=$dir/slurm.conf"
        cat "$dir/mpi-env.sh"
        ;;
    fail) need_node "${2:-}" && fail "$2" "${3:-kill}" ;;
    heal) need_node "${2:-}" && heal "$2" ;;
    hurry) [ -n "${2:-}" ] || usage; hurry "$2" ;;
    exec) need_node "${2:-}" && execute "${@:2}" ;;
    *) usage ;;
esac
