# Asks the probes of a container as the kubelet does: each with its own period and threshold, at the address that others
# use. It runs inside the container, as its user, on BusyBox alone. Times are in milliseconds.
#
#   probes tick GRACE PROBE...   what is due, and the end of the container where Kubernetes would end it; 0: it is ready
#   probes look GRACE PROBE...   now, without counting; 0: it is ready
#   probes started GRACE PROBE...   now, the startup probe alone; 0: it has started
#
# GRACE is the time between the two signals, with a colon and the first of them where that is not TERM.
# PROBE is one argument, quoted for a shell: ROLE PERIOD TIMEOUT THRESHOLD DELAY ACTION [ARGUMENT...]
# Startup comes first; readiness, whose verdict is that of the container, last.

busybox=/.polypod/busybox
state=/.polypod/state

# The time in $now.
clock() {
    read -r up _ </proc/uptime
    now=$((${up%.*} * 1000 + (1${up#*.} - 100) * 10))
}

# The process whose end is that of the container, in $main, and its start in ticks, in $since: the oldest, as process 1 is
# an init. In a pod that shares its processes, those of other containers are in other control groups.
main_process() {
    mine=$("$busybox" cat /proc/self/cgroup) main=
    for process in /proc/[0-9]*; do
        number=${process#/proc/}
        [ "$number" != 1 ] && [ "$("$busybox" cat "$process/cgroup")" = "$mine" ] || continue
        read -r stat <"$process/stat" || continue
        set -- ${stat##*) }
        if [ -z "$main" ] || [ "${20}" -lt "$since" ] || { [ "${20}" = "$since" ] && [ "$number" -lt "$main" ]; }; then
            main=$number since=${20}
        fi
    done 2>/dev/null
}

address() {
    set -- $("$busybox" ip -o -4 addr show scope global)
    echo "${4%/*}"
}

seconds() {
    printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000))
}

# Asks with a time limit: TIMEOUT ACTION [ARGUMENT...]
ask() {
    case $2 in
        exec) run "$@" ;;
        tcp) "$busybox" nc -w $((($1 + 999) / 1000)) "$(address)" "$3" -e "$busybox" true ;;
        http) get "$1" "$(address)" "$3" "$4" ;;
    esac
}

# Runs a command of the image: TIMEOUT exec COMMAND [ARGUMENT...]
# Every process is waited for by its parent: BusyBox's timeout would leave a zombie for process 1 each time.
run() {
    limit=$(seconds "$1") program=$(program_of "$3") output=$state/output.$$
    shift 3
    {
        "$program" "$@" >"$output" 2>&1 &
        echo $!
        wait $!
        echo $?
    } | {
        read -r child
        read -r -t "$limit" code || { kill -KILL "$child"; code="none within $limit s"; }
        "$busybox" head -c 500 "$output"
        "$busybox" rm -f "$output"
        [ "$code" = 0 ] || { echo "exit code: $code"; false; }
    }
}

# The path of a command of the image: BusyBox would take its own of the same name.
program_of() {
    case $1 in
        */*) echo "$1"; return ;;
    esac
    IFS=:
    for folder in $PATH; do
        [ -x "$folder/$1" ] && [ ! -d "$folder/$1" ] && echo "$folder/$1" && return
    done
    echo "/$1 (not in $PATH)"
}

# An HTTP request that follows redirects within the host, as the kubelet does: TIMEOUT HOST PORT PATH
get() {
    host=$2 port=$3 path=$4 hops=0
    clock
    deadline=$((now + $1))
    while :; do
        clock
        [ $now -lt $deadline ] || { echo "no answer in time"; return 1; }
        answer=$("$busybox" nc -w $(((deadline - now + 999) / 1000)) "$host" "$port" \
            -e "$busybox" sh "$0" exchange "$deadline" "$host:$port" "$path" 2>&1)
        status=${answer%%|*}
        location=${answer#*|}
        case $answer in
            [23]??\|*) ;;
            *) echo "GET http://$host:$port$path: $answer"; return 1 ;;
        esac
        case $status:$location in
            30[12378]:?*) ;;
            *) return 0 ;;
        esac
        hops=$((hops + 1))
        [ $hops -lt 10 ] || { echo "redirected too often, last to $location"; return 1; }
        follow || return 0
    done
}

# Takes the redirect to $location where it leads to the same host by HTTP; any other counts as success.
follow() {
    location=${location%%#*}
    case $location in
        //*) location="http:$location" ;;
        *://*) ;;
        /*) path=$location; return 0 ;;
        \?*) path=${path%%\?*}$location; return 0 ;;
        *) path=${path%%\?*}; path=${path%/*}/$location; return 0 ;;
    esac
    case $location in
        http://*) ;;
        *) return 1 ;;
    esac
    rest=${location#http://}
    authority=${rest%%[/?]*}
    authority=${authority##*@}
    [ "${authority%:*}" = "$host" ] || return 1
    case $authority in
        *:*) port=${authority##*:} ;;
        *) port=80 ;;
    esac
    path=${rest#"${rest%%[/?]*}"}
    case $path in
        /*) ;;
        *) path=/$path ;;
    esac
}

# Reads a line of an answer in time: DEADLINE VARIABLE...
line() {
    clock
    left=$(($1 - now))
    shift
    [ $left -gt 0 ] && read -r -t "$(seconds $left)" "$@"
}

# One request on a connection that is standard input and output; says STATUS|LOCATION on standard error.
# DEADLINE HOST:PORT PATH
exchange() {
    printf 'GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: polypod-probe\r\nAccept: */*\r\nConnection: close\r\n\r\n' "$3" "$2"
    status=1 location=
    while case $status in 1*) ;; *) false ;; esac; do
        line "$1" protocol status _ || { echo "no answer" >&2; return; }
        case $protocol in HTTP/*) ;; *) echo "no HTTP answer" >&2; return ;; esac
        while line "$1" field value; do
            value=${value%$'\r'}
            case $field in
                $'\r' | '') break ;;
                [Ll][Oo][Cc][Aa][Tt][Ii][Oo][Nn]:) location=$value ;;
            esac
        done
    done
    status=${status%$'\r'}
    case $status in
        [23]??) echo "$status|$location" >&2 ;;
        *) echo "status $status" >&2 ;;
    esac
}

# Whether a probe must be asked in this tick: ROLE PERIOD DELAY
due() {
    clock
    last=
    [ -e "$state/$1.last" ] && read -r last <"$state/$1.last"
    if [ -z "$last" ] && [ "$3" -gt 0 ]; then
        main_process
        [ $((now - since * 10)) -ge "$3" ] || return 1
    fi
    [ -z "$last" ] || [ $((now - last)) -ge $(($2 - 200)) ] || return 1
    echo $now >"$state/$1.last"
}

# Whether the failures in a row, this one included, have reached the threshold: ROLE THRESHOLD
too_often() {
    failures=0
    [ -e "$state/$1.failures" ] && read -r failures <"$state/$1.failures"
    failures=$((failures + 1))
    echo $failures >"$state/$1.failures"
    [ $failures -ge "$2" ]
}

# Ends the container: its stop signal, and SIGKILL when its grace is over.
end() {
    main_process
    kill -"$signal" "$main" || return
    echo "the container is ended"
    : >"$state/ending"
    ("$busybox" sleep "$(seconds "$grace")"; kill -KILL "$main") </dev/null >/dev/null 2>&1 &
}

# One probe of a tick, split into words.
tick() {
    role=$1 threshold=$4
    if [ "$role" = startup ]; then
        [ -e "$state/started" ] && return
    else
        [ $gate = open ] || return
    fi
    due "$role" "$2" "$5" || { [ "$role" = startup ] && gate=closed; return; }
    limit=$3
    shift 5
    if answer=$(ask "$limit" "$@" 2>&1); then
        "$busybox" rm -f "$state/$role.failures"
        case $role in
            startup) : >"$state/started" ;;
            readiness) : >"$state/ready" ;;
        esac
        return
    fi
    echo "$role probe failed: ${answer:-no answer in time}"
    [ "$role" = startup ] && gate=closed
    too_often "$role" "$threshold" || return
    case $role in
        readiness) "$busybox" rm -f "$state/ready" ;;
        *) end ;;
    esac
}

# One probe of a look, split into words.
look() {
    role=$1 limit=$3
    shift 5
    case $mode:$role in
        *:startup) [ -e "$state/started" ] && return ;;
        look:readiness) ;;
        *) return 0 ;;
    esac
    answer=$(ask "$limit" "$@" 2>&1) || { echo "$role probe failed: ${answer:-no answer in time}"; return 1; }
    [ "$role" != startup ] || : >"$state/started"
}

mode=$1
case $mode in
    exchange) exchange "$2" "$3" "$4"; exit ;;
esac
grace=${2%:*} signal=TERM gate=open verdict=open
case $2 in *:*) signal=${2#*:} ;; esac
shift 2
for probe; do
    eval "set -- $probe"
    case $mode in
        tick) tick "$@"; [ "$1" = readiness ] && verdict=readiness ;;
        *) look "$@" || exit 1 ;;
    esac
    [ "$mode" != tick ] || [ ! -e "$state/ending" ] || exit 1
done
case $mode:$verdict in
    tick:readiness) [ -e "$state/ready" ] ;;
    tick:*) [ $gate = open ] ;;
esac
