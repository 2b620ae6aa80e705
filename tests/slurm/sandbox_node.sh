#!/usr/bin/env bash
# The first process of a sandbox's node: runs slurmd, and reaps orphans. Its end is the end of every process of the node.
# Usage: sandbox_node.sh DIRECTORY NODE     started by sandbox.sh, in namespaces of its own
dir=$1 node=$2
hostname "$node"
mount -t sysfs -o ro sysfs /sys 2> /dev/null
mount -t tmpfs -o mode=1777 tmpfs /dev/shm
mount --bind "$dir/hosts" /etc/hosts
cd /
trap 'kill -TERM $slurmd; stopped=yes' TERM
stopped=''
slurmd -D -N "$node" -f "$dir/slurm.conf" < /dev/null &
slurmd=$!
while [ -z "$stopped" ] && kill -0 $slurmd 2> /dev/null; do wait $slurmd; done
for _ in {1..20}; do
    kill -0 $slurmd 2> /dev/null || break
    sleep 0.1
done
