#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs one command under the flag protocol of a shared volume: waits for start_flag, runs it, writes done_flag, waits for close_flag.
#
# usage: entrypoint.sh [OPTION]... -- COMMAND [ARG]...
#        entrypoint.sh [OPTION]... --shell 'PIPELINE' [-- ARG...]
#
# {shared} and {volume:NAME} in arguments become the paths of volumes.
#
#   --volume NAME|DIR     volume with the flags; repeat for more (SHARED_DIR, else "shared")
#   --shell 'PIPELINE'    run by /bin/sh -c instead of a command
#   --loop                one run for each cycle of start_flag and close_flag
#   --on-restart HOW      flags of an earlier run are there: fail (default), rerun, wait
#   --timeout TIME        limit for the command (none): 30, 30s, 10m, 2h
#   --start-timeout TIME  limit for the wait for start_flag (none)
#   --close-timeout TIME  limit for the wait for close_flag (none)
#   --grace TIME          between SIGTERM and SIGKILL (8s)
#   --log-limit BYTES     limit for the log in the volume; 0: no log there (67108864)
#
# Exit status: the command's (128 + signal); 126 not executable, 127 not found; 124 --timeout, 121 --start-timeout, 122 --close-timeout,
# 125 cancelled by close_flag, 120 flags of an earlier run, 73 volume not usable, 64 wrong usage, 70 no pipe for the output can be made.
#
# done_flag holds one JSON object ("schema": "sidecar.status/v1") and appears by rename, after everything else, also after a failure.
#
# Limits, next to the native sidecar-entrypoint (POSIX sh cannot do better):
# - needs sleep, mv, rm, mkfifo, tr, head and date in the image; awk for fast time stamps, setsid so that signals and the final
#   clean-up reach the command's children, too
# - flags are looked for every 0.2 s (1 s where sleep knows no fractions); there is no heartbeat
# - the inputs that start_flag may list are not verified; its run_id is taken over
# - stdout and stderr of the command come together, tagged "output"; a line is kept in memory until it ends
# - control characters in arguments and bytes beyond ASCII are shown as blanks and question marks in the status
# - log_bytes is what the log in the volume has, time stamps included; max_rss_bytes is 0 (not measured)
# - an exit status above 128 counts as death by a signal, as for every shell
# - orphans that leave the command's session are ended by the container's end only
set -u
umask 022
version=sh-1
volume_root=/opt/palantir/sidecars/shared-volumes
newline='
'
carriage_return=$(printf '\r')

say() { printf 'sidecar: %s\n' "$*" >&2 || :; }
usage() { say "$* (see the head of this file)"; exit 64; }

# seconds TEXT: 90, 90s, 5m or 2h as seconds, in $seconds.
seconds() {
  case $2 in *h) seconds=${2%h} factor=3600 ;; *m) seconds=${2%m} factor=60 ;; *) seconds=${2%s} factor=1 ;; esac
  case $seconds in '' | *[!0-9]* | ?????????*) usage "$1 needs a time such as 30s, 10m or 2h, not '$2'" ;; esac
  while :; do case $seconds in 0?*) seconds=${seconds#0} ;; *) break ;; esac; done
  seconds=$((seconds * factor))
}

# add_volume NAME|DIR: the first one has the flags. $volumes has one "name=path" on a line.
volumes='' shared=''
add_volume() {
  case $1 in *"$newline"*) usage "--volume must be one line" ;; esac
  case $1 in /*) path=${1%/} ;; */*) usage "'$1' is neither the name of a volume nor the path of its folder" ;; *) path=$volume_root/$1 ;; esac
  name=${path##*/}
  case $name in '' | .* | *[{}:,]*) usage "'$1' is neither the name of a volume nor the path of its folder" ;; esac
  : "${shared:=$path}"
  volumes=$volumes$name=$path$newline
}

shell='' has_shell=no loop=no on_restart=fail timeout=0 start_timeout=0 close_timeout=0 grace=8 log_limit=67108864
while [ $# -gt 0 ]; do
  case $1 in
    --) shift; break ;;
    --help) sed -n '3,/^set -u/{/^set -u/!p;}' "$0"; exit 0 ;;
    --version) echo "$version"; exit 0 ;;
    --loop) loop=yes; shift; continue ;;
    --*=*) option=${1%%=*} value=${1#*=}; shift ;;
    -*) option=$1; [ $# -gt 1 ] || usage "unknown option, or one without its value: '$1'"; value=$2; shift 2 ;;
    *) break ;;
  esac
  case $option in
    --volume) add_volume "$value" ;;
    --shell) shell=$value has_shell=yes ;;
    --on-restart) case $value in fail | rerun | wait) on_restart=$value ;; *) usage "--on-restart is fail, rerun or wait, not '$value'" ;; esac ;;
    --timeout) seconds "$option" "$value"; timeout=$seconds ;;
    --start-timeout) seconds "$option" "$value"; start_timeout=$seconds ;;
    --close-timeout) seconds "$option" "$value"; close_timeout=$seconds ;;
    --grace) seconds "$option" "$value"; grace=$seconds ;;
    --log-limit) case $value in '' | *[!0-9]* | ??????????????*) usage "--log-limit needs a number of bytes, not '$value'" ;; esac; log_limit=$value ;;
    *) usage "unknown option '$option'" ;;
  esac
done
[ -n "$shared" ] || add_volume "${SHARED_DIR:-shared}"
if [ "$has_shell" = yes ]; then set -- /bin/sh -c "$shell" sh "$@"; fi
[ $# -gt 0 ] || usage "no command was given"

# expand TEXT: {shared} and {volume:NAME} replaced, in $expanded.
expand() {
  rest=$1 expanded=''
  while :; do
    case $rest in *'{shared}'* | *'{volume:'*'}'*) ;; *) break ;; esac
    expanded=$expanded${rest%%'{'*} rest=${rest#*'{'}
    case $rest in
      'shared}'*) expanded=$expanded$shared rest=${rest#'shared}'} ;;
      'volume:'*'}'*)
        name=${rest%%'}'*} name=${name#volume:} rest=${rest#*'}'}
        case $newline$volumes in *"$newline$name="*) ;; *) usage "there is no volume '$name'; name it with --volume" ;; esac
        path=${newline}${volumes} path=${path#*"$newline$name="} expanded=$expanded${path%%"$newline"*}
        ;;
      *) expanded=$expanded'{' ;;
    esac
  done
  expanded=$expanded$rest
}
count=$#
while [ "$count" -gt 0 ]; do
  expand "$1"
  shift
  set -- "$@" "$expanded"
  count=$((count - 1))
done

nap=0.2
sleep 0.01 2>/dev/null || nap=1
there() { [ -e "$shared/$1" ] || [ -L "$shared/$1" ]; }

# now: hundredths of a second of a clock that does not jump, in $now. No process is started for it.
now() {
  now=0
  if IFS=' .' read -r now_whole now_part _ 2>/dev/null </proc/uptime; then
    now=$((now_whole * 100 + ${now_part#0}))
  else
    now=$(($(date +%s) * 100))
  fi
}
time_text() { date -u +%Y-%m-%dT%H:%M:%S.000Z; }

oom_kills() {
  oom_kills=''
  [ -r /sys/fs/cgroup/memory.events ] || return 0
  while read -r key value; do [ "$key" != oom_kill ] || oom_kills=$value; done </sys/fs/cgroup/memory.events
}

# json TEXT: as a JSON string, in $json.
json() {
  rest=$(printf '%s' "$1" | LC_ALL=C tr '\001-\037\177' '[ *]' | LC_ALL=C tr '\200-\377' '[?*]') json=''
  while :; do
    case $rest in
      *[\"\\]*) head=${rest%%[\"\\]*} rest=${rest#"$head"} tail=${rest#?} json=$json$head\\${rest%"$tail"} rest=$tail ;;
      *) break ;;
    esac
  done
  json=\"$json$rest\"
}

argv_json=''
for word; do
  if [ "${#argv_json}" -gt 8192 ]; then argv_json=$argv_json', "[cut]"'; break; fi
  json "$word"
  argv_json=$argv_json${argv_json:+, }$json
done

# Space for the status: a full disk must not keep it from being written. Blanks after a JSON document are part of it.
reserve() {
  rm -f "$shared/.sidecar-status.tmp" 2>/dev/null
  { printf '%32767s\n' '' >"$shared/.sidecar-status.tmp"; } 2>/dev/null || :
}

run_id='' started='' began=0 log_bytes=0 signal=null oom=null
# publish STATE EXIT_CODE REASON: by rename, last of all: whoever sees done_flag sees the whole status.
publish() {
  [ -z "$3" ] || say "$3"
  json "$run_id"; id=$json
  json "$3"; reason=$json
  now
  milliseconds=$(((now - began) * 10))
  started_json=null
  if [ -n "$started" ]; then started_json="\"$started\""; else milliseconds=0; fi
  status="{\"schema\": \"sidecar.status/v1\", \"run_id\": $id, \"state\": \"$1\", \"exit_code\": $2, \"signal\": $signal, \"reason\": $reason"
  status="$status, \"argv\": [$argv_json], \"started\": $started_json, \"ended\": \"$(time_text)\", \"milliseconds\": $milliseconds"
  status="$status, \"log_bytes\": $log_bytes, \"max_rss_bytes\": 0, \"oom_kills\": $oom, \"version\": \"$version\"}"
  if [ -d "$shared/done_flag" ] && [ ! -L "$shared/done_flag" ]; then rm -rf "$shared/done_flag"; fi
  # "<>" does not truncate: the reserved blocks are overwritten, not given back first.
  { printf '%s\n' "$status" 1<>"$shared/.sidecar-status.tmp" && mv -f "$shared/.sidecar-status.tmp" "$shared/done_flag"; } 2>/dev/null && return 0
  rm -f "$shared/logfile" "$shared/logfile.1" 2>/dev/null # The status matters more than the log.
  printf '%s\n' "$status" >"$shared/.sidecar-status.tmp" && mv -f "$shared/.sidecar-status.tmp" "$shared/done_flag" && return 0
  say "done_flag cannot be written"
  return 1
}

# Signals only leave a note; `wait` returns early for them, and the loops below look.
told=''
trap 'told=TERM' TERM
trap 'told=INT' INT
trap 'told=HUP' HUP
trap 'told=QUIT' QUIT
number_of() { case $1 in TERM) number=143 ;; INT) number=130 ;; HUP) number=129 ;; *) number=131 ;; esac; }
pause() { sleep "$nap" & wait $!; }

# Left for the end of this script: what must not stay.
pipe='' logger='' watcher='' child=''
clean_up() {
  [ -z "$watcher" ] || kill "$watcher" 2>/dev/null
  [ -z "$pipe" ] || rm -f "$pipe"
}
trap clean_up EXIT

# preflight COMMAND: finds what cannot run before anybody waits for it; sets $fault and $code.
preflight() {
  program='' fault='' code=127
  case $1 in
    */*) program=$1 ;;
    *)
      rest=${PATH:-/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}:
      while [ -n "$rest" ] && [ -z "$program" ]; do
        folder=${rest%%:*} rest=${rest#*:}
        if [ -f "${folder:-.}/$1" ] && [ -x "${folder:-.}/$1" ]; then program=${folder:-.}/$1; fi
      done
      ;;
  esac
  if [ -z "$program" ] || [ ! -e "$program" ]; then fault="program '$1' was not found"; return; fi
  if [ -d "$program" ] || [ ! -x "$program" ]; then code=126 fault="'$program' is not executable for this user"; return; fi
  [ -r "$program" ] || return 0
  first=$(head -c 256 "$program" | tr -d '\000' | head -n 1)
  case $first in '#!'*) ;; *) return 0 ;; esac
  case $first in *"$carriage_return") code=126 fault="'$program' has Windows line ends: its first line ends with a carriage return"; return ;; esac
  interpreter=${first#'#!'}
  while :; do case $interpreter in ' '*) interpreter=${interpreter# } ;; *) break ;; esac; done
  interpreter=${interpreter%%[ 	]*}
  [ -x "$interpreter" ] || fault="the interpreter '$interpreter' of '$program' was not found"
}

# The pipe between the command and its log. /tmp may be read-only: then it is in the volume.
make_pipe() {
  for folder in "${TMPDIR:-/tmp}" "$shared"; do
    pipe=$folder/.sidecar-pipe.$$
    rm -f "$pipe" 2>/dev/null
    mkfifo -m 600 "$pipe" 2>/dev/null && return 0
  done
  pipe=''
  return 1
}

stamp() {
  if command -v awk >/dev/null 2>&1; then
    # mawk alone reads ahead unless it is told not to.
    case $(awk -W version 2>/dev/null </dev/null) in mawk*) set -- -W interactive ;; *) set -- ;; esac
    if [ "$(echo x | TZ=UTC0 awk "$@" '{ print length(strftime("%Y-%m-%dT%H:%M:%SZ")) }' 2>/dev/null)" = 20 ]; then
      TZ=UTC0 exec awk "$@" '{ count = split($0, part, "\r"); last = part[count] == "" && count > 1 ? count - 1 : count
        for (i = 1; i <= last || i == 1; i++) print strftime("%Y-%m-%dT%H:%M:%SZ") " output F " part[i]; fflush() }'
    fi
  fi
  while IFS= read -r line || [ -n "$line" ]; do printf '%s output F %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$line"; done
}

# To stdout and, up to its limit, to logfile: at half of it logfile becomes logfile.1. A full disk loses lines and nothing else.
# `read` and `printf` of the shell buffer nothing.
write_log() {
  LC_ALL=C # So that lengths are bytes. This is a process of its own: the command keeps its locale.
  size=0
  while IFS= read -r line; do
    length=$((${#line} + 1))
    printf '%s\n' "$line" 2>/dev/null || :
    [ "$log_limit" -gt 0 ] || continue
    if [ $((size + length)) -gt $((log_limit / 2)) ] && [ "$size" -gt 0 ]; then
      mv -f "$shared/logfile" "$shared/logfile.1" 2>/dev/null
      size=0
    fi
    { printf '%s\n' "$line" >>"$shared/logfile"; } 2>/dev/null && size=$((size + length))
  done
}

# Looks for what ends a run early, and for the moment to use force.
watch() {
  trap - EXIT
  trap 'exit 0' TERM
  now
  end=$((now + timeout * 100))
  while :; do
    kill -0 $$ 2>/dev/null || break # Killed: nobody is left to tell.
    if there close_flag; then kill -USR1 $$; break; fi
    now
    if [ "$timeout" -gt 0 ] && [ "$now" -ge "$end" ]; then kill -USR2 $$; break; fi
    pause
  done
}

signal_child() {
  if [ "$grouped" = yes ]; then kill "-$1" "-$child" 2>/dev/null; else kill "-$1" "$child" 2>/dev/null; fi
}

# force SIGNAL AFTER: sends SIGNAL to the command after some seconds; $watcher is its process.
force() {
  [ -z "$watcher" ] || kill "$watcher" 2>/dev/null
  (trap - EXIT TERM; sleep "$2"; signal_child "$1") &
  watcher=$!
}

# run COMMAND...: sets $state, $code, $reason.
run() {
  oom_kills; oom_before=$oom_kills
  if ! make_pipe; then state=not-started code=70 reason="no pipe for the output can be made in '${TMPDIR:-/tmp}' or '$shared'"; return; fi
  { stamp <"$pipe" | write_log; } &
  logger=$!
  started=$(time_text)
  now
  began=$now grouped=no stopped='' told_before=''
  if command -v setsid >/dev/null 2>&1; then
    grouped=yes
    setsid "$@" </dev/null >"$pipe" 2>&1 &
  else
    "$@" </dev/null >"$pipe" 2>&1 &
  fi
  child=$!
  trap 'told=CLOSE' USR1
  trap 'told=TIMEOUT' USR2
  watch &
  watcher=$!
  while :; do
    wait "$child"
    code=$?
    # A caught signal ends `wait`, too: the child is gone only when nothing of that number is left to wait for.
    if [ "$code" -le 128 ] || ! kill -0 "$child" 2>/dev/null; then break; fi
    [ -n "$told" ] || continue
    if [ -z "$stopped" ]; then
      stopped=$told
      signal_child TERM
      force KILL "$grace"
    fi
    [ "$told" = CLOSE ] || [ "$told" = TIMEOUT ] || told_before=$told
    told=''
  done
  kill "$watcher" 2>/dev/null
  watcher=''
  trap '' USR1 USR2
  [ -z "$told_before" ] || told=$told_before
  conclude
  clear_left_overs
  oom_kills
  if [ -n "$oom_kills" ] && [ -n "$oom_before" ]; then oom=$((oom_kills - oom_before)); fi
}

conclude() {
  signal=null
  [ "$code" -le 128 ] || signal=$((code - 128))
  case $stopped in
    '')
      if [ "$code" -eq 0 ]; then state=succeeded reason=''
      elif [ "$code" -gt 128 ]; then state=failed reason="the command was ended by signal $signal"
      else state=failed reason="the command ended with exit status $code"; fi
      ;;
    CLOSE) state=cancelled code=125 reason="close_flag came while the command ran" ;;
    TIMEOUT) state=timed-out code=124 reason="the command ran longer than --timeout" ;;
    *) number_of "$stopped"; state=cancelled code=$number reason="SIG$stopped was received while the command ran" ;;
  esac
}

# Outputs are complete only when nobody writes any more; and a log that something holds open is not waited for without end.
clear_left_overs() {
  if [ "$grouped" = yes ] && kill -0 "-$child" 2>/dev/null; then
    pause
    for with in TERM KILL; do
      kill "-$with" "-$child" 2>/dev/null || break
      for _ in 1 2 3 4 5; do
        kill -0 "-$child" 2>/dev/null || break
        pause
      done
    done
  fi
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    kill -0 "$logger" 2>/dev/null || break
    [ "$nap" = 1 ] || sleep 0.05
  done
  rm -f "$pipe"
  pipe=''
  log_bytes=0
  for name in logfile.1 logfile; do
    [ -f "$shared/$name" ] && log_bytes=$((log_bytes + $(wc -c <"$shared/$name")))
  done
}

# Waits for close_flag; ends the script unless a loop goes on.
hold() {
  now
  end=$((now + close_timeout * 100))
  until there close_flag; do
    [ -z "$told" ] || exit "$1"
    now
    if [ "$close_timeout" -gt 0 ] && [ "$now" -ge "$end" ]; then [ "$1" -ne 0 ] && exit "$1"; exit 122; fi
    pause
  done
}

wait_for_start() {
  now
  end=$((now + start_timeout * 100))
  until there start_flag; do
    if [ -n "$told" ]; then number_of "$told"; publish cancelled "$number" "SIG$told was received before start_flag came"; exit "$number"; fi
    if there close_flag; then
      [ "$loop" = no ] || exit 0
      publish cancelled 125 "close_flag came before start_flag"
      exit 125
    fi
    now
    if [ "$start_timeout" -gt 0 ] && [ "$now" -ge "$end" ]; then
      publish timed-out 121 "start_flag did not come within --start-timeout"
      exit 121
    fi
    pause
  done
  # {"schema": "sidecar.start/v1", "run_id": "..."}: the id is echoed, so that the driver knows whose status it reads.
  run_id=$(head -c 4096 "$shared/start_flag" 2>/dev/null | tr -d '\000\n' | sed -n 's/.*"run_id" *: *"\([A-Za-z0-9._:-]*\)".*/\1/p' 2>/dev/null)
}

rest=$volumes
while [ -n "$rest" ]; do
  path=${rest%%"$newline"*} path=${path#*=} rest=${rest#*"$newline"}
  if [ ! -d "$path" ]; then say "there is no folder '$path': is the volume mounted, and named as in the transform?"; exit 73; fi
  probe=$path/.sidecar-probe.$$
  # Not ":": a redirection of a special built-in that fails would end this script.
  if ! { printf "" >"$probe" && mv "$probe" "$probe.2" && rm "$probe.2"; } 2>/dev/null; then
    say "this user ($(id -u 2>/dev/null)) cannot write to '$path'"
    exit 73
  fi
done

if [ -z "${HOME:-}" ] || [ ! -w "$HOME" ]; then
  if [ -w /tmp ]; then HOME=/tmp; else HOME=$shared; fi
fi
PYTHONUNBUFFERED=1
export HOME PYTHONUNBUFFERED

if there done_flag || there close_flag; then
  case $on_restart in
    rerun) rm -rf "$shared/done_flag" "$shared/close_flag" ;;
    wait)
      now
      end=$((now + start_timeout * 100))
      while there done_flag || there close_flag; do
        if [ -n "$told" ]; then number_of "$told"; exit "$number"; fi
        now
        if [ "$start_timeout" -gt 0 ] && [ "$now" -ge "$end" ]; then exit 121; fi
        pause
      done
      ;;
    *)
      say "flags of an earlier run are in '$shared': a volume is for one run (see --on-restart and --loop)"
      # A done_flag that is there tells of another run; to replace it would lie to its reader.
      there done_flag || publish not-started 120 "close_flag was there before the start"
      exit 120
      ;;
  esac
fi

reserve
preflight "$1"
if [ -n "$fault" ]; then
  publish not-started "$code" "$fault" || exit 73
  hold "$code"
  exit "$code"
fi
while :; do
  rm -f "$shared/logfile" "$shared/logfile.1" 2>/dev/null
  { [ "$log_limit" -eq 0 ] || printf "" >"$shared/logfile"; } 2>/dev/null
  started='' signal=null oom=null log_bytes=0
  wait_for_start
  run "$@"
  result=$code
  publish "$state" "$result" "$reason" || { [ "$result" -ne 0 ] && exit "$result"; exit 73; }
  hold "$result"
  [ "$loop" = yes ] && [ -z "$told" ] || exit "$result"
  rm -rf "$shared/start_flag" "$shared/done_flag" "$shared/close_flag"
  reserve
done
