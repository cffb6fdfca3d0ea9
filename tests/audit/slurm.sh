#!/bin/bash
# The array script of docs/audit.md on a real Slurm of one node, which is started for it: an array
# adds up to the report of one run; a task that gets SIGUSR1, or comes near its time limit,
# exits with 75 and is requeued, and what it has then is the same report.
#
#     tests/audit/slurm.sh MMSPAN
#
# Exits with 77, and says why, where there are no Slurm daemons (Debian: slurmctld slurmd munge)
# or no right to start them.
set -euo pipefail

program=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
top=$(cd "$(dirname "$0")/../.." && pwd)

skip() {
    echo "slurm: skipped, $*" >&2
    exit 77
}

PATH=$PATH:/usr/sbin
for daemon in munged slurmctld slurmd; do
    command -v "$daemon" >/dev/null || skip "there is no $daemon"
done
[ "$(id -u)" = 0 ] || skip "only root may start its daemons"

work=$(mktemp -d)
chmod 755 "$work"
daemons=()

stop() {
    if [ ${#daemons[@]} -gt 0 ]; then
        kill "${daemons[@]}" 2>/dev/null || :
        wait "${daemons[@]}" 2>/dev/null || :
    fi
    rm -rf "$work"
}
trap stop EXIT

fail() {
    echo "slurm: $*" >&2
    tail -n 20 "$work"/*.log "$work"/slurm-*.out >&2 || :
    exit 1
}

# wait_for SECONDS WHAT COMMAND...
wait_for() {
    local seconds=$1 what=$2
    shift 2
    for ((i = 0; i < 5 * seconds; i++)); do
        ! "$@" >/dev/null 2>&1 || return 0
        sleep 0.2
    done
    fail "$what: not after $seconds s"
}

# Daemons of our own, beside any that there are: other ports, other sockets, no cgroups.
start() {
    local host port
    host=$(hostname -s)
    port=$((20000 + $$ % 20000))
    mkdir -p "$work/state" "$work/spool" "$work/munge"
    chmod 700 "$work/munge"
    chmod 755 "$work/state" "$work/spool"
    head -c 1024 /dev/urandom >"$work/munge/key"
    chmod 400 "$work/munge/key"
    cat >"$work/slurm.conf" <<END
ClusterName=tests
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$work/munge.socket
CryptoType=crypto/munge
SlurmctldPort=$port
SlurmdPort=$((port + 1))
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
MpiDefault=none
SwitchType=switch/none
ReturnToService=2
KillWait=5
MinJobAge=300
NodeName=$host NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES State=UP MaxTime=INFINITE
END
    export SLURM_CONF=$work/slurm.conf
    munged --force --foreground --socket="$work/munge.socket" --key-file="$work/munge/key" \
        --pid-file="$work/munge/pid" --log-file="$work/munge/log" \
        --seed-file="$work/munge/seed" >"$work/munged.log" 2>&1 &
    daemons+=($!)
    wait_for 10 "munged" test -S "$work/munge.socket"
    slurmctld -D >"$work/ctld.log" 2>&1 &
    daemons+=($!)
    slurmd -D -N "$host" >"$work/node.log" 2>&1 &
    daemons+=($!)
    wait_for 60 "an idle node" node_is_idle
}

node_is_idle() {
    sinfo -h -o %T | grep -qx idle
}

# The script of the documentation, with other paths and numbers.
write_script() {
    sed -n '/^#!\/bin\/bash$/,/^```$/p' "$top/docs/audit.md" | sed -e '/^```$/d' \
        -e "s|/data/train|$work/data|; s|0-63|0-3|; s|mmspan audit|$program audit|" >"$work/job.sh"
    local words
    for words in --array=0-3 "$program audit $work/data"; do
        grep -q -- "$words" "$work/job.sh" || fail "no $words in the script of docs/audit.md"
    done
}

# submit OPTION...: the job of the script; its number.
submit() {
    (cd "$work" && sbatch --parsable "$@" job.sh)
}

has_ended() {
    ! squeue -h -j "$1" | grep -q .
}

# The value of a field of a job.
field() {
    scontrol show job "$1" | grep -oE "(^|[ ])$2=[^ ]*" | head -n 1 | cut -d = -f 2
}

is_requeued() {
    [ "$(field "$1" JobState)" = PENDING ] && [ "$(field "$1" Restarts)" = 1 ]
}

is_running() {
    [ "$(field "$1" JobState)" = RUNNING ]
}

# merged NAME: the reports of all tasks are that of one process.
merged() {
    rm -f "$work/whole.json"
    "$program" merge "$work"/report-*.json -o "$work/merged.json" --exit-zero >/dev/null
    "$program" audit "$work/data" -m qwen2.5-vl -o "$work/whole.json" --exit-zero >/dev/null
    cmp "$work/merged.json" "$work/whole.json" || fail "$1: not the report of one process"
    echo "slurm: $1: the report of one process"
}

# Lines enough to be read for a second, under so many names that they last for minutes.
make_data() {
    local row='{"input_ids": [5, 151652, 151655, 151655, 151653, 7]}'
    mkdir "$work/data"
    yes "$row" | head -n 20000 >"$work/data/0.jsonl" || :
    echo '{"input_ids": [5, 151652, 151655]}' >>"$work/data/0.jsonl"
    python3 -c '
import os, sys
for i in range(1, int(sys.argv[2])):
    os.link(sys.argv[1] + "/0.jsonl", f"{sys.argv[1]}/{i}.jsonl")' "$work/data" "$1"
}

# What is left is small, so that a task that begins again ends.
shrink_data() {
    find "$work/data" -name '*.jsonl' ! -name '[0-4].jsonl' -delete
}

# A job that begins again waits two minutes by itself. Within a second of the first run's end
# Slurm takes the second one's credential for the first one's, which it has revoked.
finish() {
    shrink_data
    sleep 2
    scontrol update "JobId=$1" StartTime=now
    wait_for 120 "the end of the second run" has_ended "$1"
    [ "$(field "$1" JobState)" = COMPLETED ] || fail "job $1 ended as $(field "$1" JobState)"
}

start
write_script

make_data 5
job=$(submit)
wait_for 120 "the end of the array" has_ended "$job"
merged "an array of four"
rm "$work"/report-*.json

# stopped NAME: a task has written what it had, and waits for its second run.
stopped() {
    grep -q '"complete": false' "$work/report-0.json" || fail "$1: the report says that it is complete"
    finish "$job"
    merged "$1"
    rm "$work"/report-*.json
}

rm -r "$work/data"
make_data 20000
job=$(submit --array=0-0)
wait_for 60 "the start" is_running "$job"
sleep 2
scancel --batch --signal=USR1 "$job"
wait_for 60 "the requeue after SIGUSR1" is_requeued "$job"
stopped "a task that got SIGUSR1"

rm -r "$work/data"
make_data 20000
job=$(submit --array=0-0 --time=1)
wait_for 120 "the requeue before the time limit" is_requeued "$job"
stopped "a task that came near its time limit"
