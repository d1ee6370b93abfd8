#!/usr/bin/env bash
# Builds and runs the Dockerfile and compose.yaml of this repository where no Docker engine runs.
#
#   Scripts/containers.sh           build everything, try the cluster out, take it down
#   Scripts/containers.sh images    the base images only: Debian, the Swift toolchain, MariaDB
#   Scripts/containers.sh clean     take down what a broken-off run left, and remove the cache
#
# As root, on Debian 12. Podman runs the containers, from a storage and networks of its own in
# .build-containers, so that nothing else on the machine is seen or touched. The images that the
# FROM and image: lines name are made here from Debian packages; swift:6.3-bookworm is Debian with
# the installed toolchain mounted, mysql:8 is MariaDB. Where an engine runs, none of this is needed:
# `docker compose up --build`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
PATH+=:/usr/sbin:/sbin

readonly work=$PWD/.build-containers
readonly project=taskraft-check
readonly ports=(8081 8082 8083)
readonly packages=(podman runc netavark aardvark-dns iptables mmdebstrap python3-venv curl)
readonly compose_version=1.6.0

say() { printf '\n== %s\n' "$*"; }
die() {
    printf 'containers: %s\n' "$*" >&2
    exit 1
}

# Repeats a command until it succeeds, for at most so many seconds.
within() {
    local seconds=$1 end=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        ((SECONDS < end)) || die "not within $seconds s: $*"
        sleep 0.5
    done
}

# Without the complaints that no systemd is there to schedule health checks.
plainly() { "$@" 2> >(grep -v 'systemd connection' >&2); }

## Tools

install_tools() {
    local package missing=()
    for package in "${packages[@]}"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    if ((${#missing[@]})); then
        say "installing with apt: ${missing[*]}"
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends "${missing[@]}" >"$work/apt.log" 2>&1 ||
            die "apt-get failed, see $work/apt.log"
    fi
    if [[ ! -x $work/venv/bin/podman-compose ]]; then
        say "installing podman-compose $compose_version"
        rm -rf "$work/venv"
        python3 -m venv "$work/venv"
        timeout 300 "$work/venv/bin/pip" install --quiet "podman-compose==$compose_version"
    fi
}

# runc and cgroupfs run without systemd; file limits are set because root may not be able to raise them.
configure_podman() {
    mkdir -p "$work"/{storage,run,networks,tmp}
    cat >"$work/containers.conf" <<END
[containers]
default_ulimits = ["nofile=20000:20000", "nproc=20000:20000"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
static_dir = "$work/storage/libpod"
tmp_dir = "$work/run/libpod"
volume_path = "$work/storage/volumes"
[network]
network_backend = "netavark"
network_config_dir = "$work/networks"
END
    cat >"$work/storage.conf" <<END
[storage]
driver = "overlay"
graphroot = "$work/storage"
runroot = "$work/run"
END
    # No registry is ever asked: a name without one is an image made here.
    printf 'short-name-mode = "permissive"\nunqualified-search-registries = []\n' >"$work/registries.conf"
    printf '{"default": [{"type": "insecureAcceptAnything"}]}\n' >"$work/policy.json"
    export CONTAINERS_CONF=$work/containers.conf
    export CONTAINERS_STORAGE_CONF=$work/storage.conf
    export CONTAINERS_REGISTRIES_CONF=$work/registries.conf
    export TMPDIR=$work/tmp
}

compose() {
    timeout 300 "$work/venv/bin/podman-compose" --project-name "$project" --file compose.yaml "$@"
}

build_image() { # build_image NAME CONTEXT [option...]
    timeout 3600 podman build --quiet --network host --format docker --pull-never \
        --signature-policy "$work/policy.json" --tag "$1" "${@:3}" "$2" >"$work/build.log" 2>&1 || {
        tail -n 40 "$work/build.log" >&2
        die "building $1 failed, see $work/build.log"
    }
}

## Images

# The apt sources of this machine when it is the same Debian, else the default ones.
debian_sources() {
    local file
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.{list,sources}; do
        [[ -f $file ]] && grep -qE '^Suites:(.* )?bookworm( |$)|^deb .* bookworm ' "$file" && echo "$file"
    done
    true
}

make_debian() {
    podman image exists debian:bookworm-slim && return
    say "debian:bookworm-slim"
    local sources
    mapfile -t sources < <(debian_sources)
    # A folder of its own that the unprivileged fetcher of apt may enter.
    timeout 900 env TMPDIR=/var/tmp mmdebstrap --quiet --variant=minbase \
        --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
        bookworm "$work/debian.tar" "${sources[@]}"
    podman import --signature-policy "$work/policy.json" --change 'CMD ["bash"]' \
        "$work/debian.tar" debian:bookworm-slim >/dev/null
    rm "$work/debian.tar"
}

# Where the toolchain is, whatever shim answers to `swift`.
find_toolchain() {
    type -P swift >/dev/null || die "no swift on PATH; see Scripts/setup.sh"
    toolchain=$(swift -print-target-info | sed -nE 's|.*"runtimeResourcePath": *"(.*)/usr/lib/swift".*|\1|p')
    [[ -n $toolchain && -x $toolchain/usr/bin/swift ]] ||
        die "the toolchain of $(type -P swift) is not in a folder of its own that could be mounted"
}

make_swift() {
    podman image exists swift:6.3-bookworm && return
    say "swift:6.3-bookworm, for the toolchain of $(type -P swift)"
    mkdir -p "$work/swift"
    cat >"$work/swift/Dockerfile" <<END
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends \
    binutils ca-certificates gcc git libc6-dev libcurl4-openssl-dev libedit2 libncurses6 libpython3.11 \
    libsqlite3-0 libstdc++-12-dev libxml2-dev tzdata zlib1g-dev && rm -rf /var/lib/apt/lists/*
ENV PATH=$toolchain/usr/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
END
    build_image swift:6.3-bookworm "$work/swift"
}

# MariaDB behind the variables of the MySQL image.
make_database() {
    podman image exists mysql:8 && return
    say "mysql:8, with MariaDB standing in"
    mkdir -p "$work/database"
    cat >"$work/database/Dockerfile" <<'END'
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends mariadb-server-core mariadb-client-core \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 999 --user-group --home-dir /var/lib/mysql --shell /usr/sbin/nologin mysql \
    && install -d -m 0750 -o mysql -g mysql /var/lib/mysql && install -d -o mysql -g mysql /run/mysqld
COPY entrypoint.sh /usr/local/bin/entrypoint.sh
VOLUME /var/lib/mysql
EXPOSE 3306
ENTRYPOINT ["/usr/local/bin/entrypoint.sh"]
CMD ["mysqld"]
END
    cat >"$work/database/entrypoint.sh" <<'END'
#!/bin/bash
set -euo pipefail
data=/var/lib/mysql
server=(mariadbd --no-defaults --user=mysql --datadir="$data" --socket=/run/mysqld/mysqld.sock)

# NAME, or the content of the file that NAME_FILE names.
value() {
    local file=$1_FILE
    if [[ -n ${!file-} ]]; then tr -d '\r\n' <"${!file}"; else printf %s "${!1-}"; fi
}
text() { printf "'%s'" "$(sed "s/[\\\\']/\\\\&/g" <<<"$1")"; }
name() { printf '`%s`' "${1//\`/\`\`}"; }

if [[ ! -e $data/.initialised ]]; then
    chown mysql:mysql "$data"
    root=$(value MYSQL_ROOT_PASSWORD)
    if [[ -z $root && -n ${MYSQL_RANDOM_ROOT_PASSWORD-} ]]; then
        root=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')
        echo "GENERATED ROOT PASSWORD: $root"
    fi
    if [[ -z $root && -z ${MYSQL_ALLOW_EMPTY_PASSWORD-} ]]; then
        echo "set MYSQL_ROOT_PASSWORD, MYSQL_ROOT_PASSWORD_FILE, MYSQL_RANDOM_ROOT_PASSWORD or MYSQL_ALLOW_EMPTY_PASSWORD" >&2
        exit 1
    fi
    mariadb-install-db --no-defaults --user=mysql --datadir="$data" --skip-test-db \
        --auth-root-authentication-method=normal >/dev/null
    {
        echo 'FLUSH PRIVILEGES;'
        [[ -z ${MYSQL_DATABASE-} ]] ||
            echo "CREATE DATABASE IF NOT EXISTS $(name "$MYSQL_DATABASE") CHARACTER SET utf8mb4;"
        if [[ -n ${MYSQL_USER-} ]]; then
            echo "CREATE USER IF NOT EXISTS $(text "$MYSQL_USER")@'%' IDENTIFIED BY $(text "$(value MYSQL_PASSWORD)");"
            [[ -z ${MYSQL_DATABASE-} ]] ||
                echo "GRANT ALL ON $(name "${MYSQL_DATABASE//_/\\_}").* TO $(text "$MYSQL_USER")@'%';"
        fi
        echo "DROP USER IF EXISTS ''@'localhost', ''@'$(hostname)';"
        echo "ALTER USER root@localhost IDENTIFIED BY $(text "$root");"
        echo "CREATE USER IF NOT EXISTS root@'%' IDENTIFIED BY $(text "$root");"
        echo "GRANT ALL ON *.* TO root@'%' WITH GRANT OPTION;"
    } | "${server[@]}" --bootstrap
    touch "$data/.initialised"
fi
[[ ${1-} == mysqld || ${1-} == mariadbd ]] && shift
exec "${server[@]}" --bind-address=0.0.0.0 --port=3306 --character-set-server=utf8mb4 "$@"
END
    chmod +x "$work/database/entrypoint.sh"
    build_image mysql:8 "$work/database"
}

make_images() {
    make_debian
    make_swift
    make_database
}

# Packages may come from a local folder: git says so, and the build in the container must see the same.
package_mounts() {
    local key prefix folder
    git config --file "$work/gitconfig.new" --add safe.directory '*'
    while read -r key prefix; do
        git config --file "$work/gitconfig.new" --add "$key" "$prefix"
        folder=${key#url.}
        folder=${folder%.insteadof}
        folder=${folder#file://}
        [[ -d $folder ]] && printf '%s\n' --volume "${folder%/}:${folder%/}:ro"
    done < <(git config --get-regexp '^url\..*\.insteadof$' || true) | sort -u
    mv "$work/gitconfig.new" "$work/gitconfig"
    printf '%s\n' --volume "$work/gitconfig:/etc/gitconfig:ro"
}

make_taskraft() {
    say "taskraft, from the Dockerfile"
    local mounts started=$SECONDS
    rm -f "$work/gitconfig.new"
    mapfile -t mounts < <(package_mounts)
    build_image taskraft . --volume "$toolchain:$toolchain:ro" "${mounts[@]}"
    echo "built in $((SECONDS - started)) s: $(podman image inspect --format '{{.Size}}' taskraft) bytes"
}

## The cluster

container() {
    podman ps --all --quiet \
        --filter "label=com.docker.compose.project=$project" --filter "label=com.docker.compose.service=$1"
}

url() { echo "http://127.0.0.1:${ports[$1 - 1]}"; }
ask() { curl --silent --show-error --fail --max-time 5 "$@"; }

add() { # add NODE TITLE: prints the new task's id; a retry has the same key, so it adds nothing twice
    local answer end=$((SECONDS + 30))
    while ((SECONDS < end)); do
        if answer=$(ask --header 'Content-Type: application/json' --header "Idempotency-Key: \"${2// /-}\"" \
            --data "{\"title\": \"$2\", \"labels\": [\"containers\"]}" "$(url "$1")/v1/tasks"); then
            python3 -c 'import json, sys; print(json.load(sys.stdin)["id"])' <<<"$answer"
            return
        fi
        sleep 0.5
    done
    die "node $1 did not take \"$2\""
}

serves() { ask "$(url "$1")/v1/tasks/$2" | grep -qF "\"$3\""; }

leader() { # as NODE sees it
    ask "$(url "$1")/v1/cluster" | python3 -c 'import json, sys; print(json.load(sys.stdin)["leader"] or "")'
}

led_by_another() { # led_by_another NODE THAN
    local now
    now=$(leader "$1") && [[ -n $now && $now != "$2" ]]
}

stored() { # stored NODE ID TITLE: one row in its database
    podman exec --env "MYSQL_PWD=$(<secrets/db_password.txt)" "$(container "db$1")" \
        mariadb --host=127.0.0.1 --user=taskraft --default-character-set=utf8mb4 --skip-column-names \
        --execute="SELECT COUNT(*) FROM tasks WHERE id = $2 AND title = '$3'" taskraft | grep -qx 1
}

everywhere() { # everywhere ID TITLE
    local node
    for node in 1 2 3; do
        within 30 serves "$node" "$1" "$2"
        within 60 stored "$node" "$1" "$2"
        echo "task $1 \"$2\": on node $node and in its database"
    done
}

take_down() {
    local status=$?
    trap - EXIT INT TERM
    if ((status != 0)); then
        local id
        for id in $(podman ps --all --quiet --filter "label=com.docker.compose.project=$project"); do
            printf '\n-- last words of %s\n' "$(podman inspect --format '{{.Name}}' "$id")" >&2
            podman logs --tail 15 "$id" >&2 || true
        done
    fi
    compose down --volumes --timeout 10 >"$work/down.log" 2>&1 || echo "podman-compose down failed, see $work/down.log" >&2
    exit "$status"
}

try_out() {
    local port node first second third leader killed
    for port in "${ports[@]}"; do
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && die "port $port is in use"
    done
    Scripts/setup.sh secrets

    trap take_down EXIT
    trap 'exit 130' INT TERM
    say "three nodes, three databases"
    compose up --detach >"$work/up.log" 2>&1 || {
        tail -n 20 "$work/up.log" >&2
        die "podman-compose up failed"
    }
    for node in 1 2 3; do
        within 90 ask "$(url "$node")/readyz"
        # Nothing schedules health checks without systemd, so it is run by hand.
        podman healthcheck run "$(container "n$node")"
        echo "node $node: ready and healthy"
    done
    [[ $(podman exec "$(container n1)" id -u) != 0 ]] || die "the node runs as root"

    say "a write, seen everywhere"
    first=$(add 1 "Written on node 1")
    everywhere "$first" "Written on node 1"

    leader=$(leader 1)
    say "the leader, node $leader, is killed"
    killed=$(container "n$leader")
    podman kill --signal KILL "$killed" >/dev/null
    node=$((leader % 3 + 1))
    within 30 led_by_another "$node" "$leader"
    echo "node $(leader "$node") leads"
    second=$(add "$node" "Written without node $leader")

    say "node $leader comes back"
    plainly podman start "$killed" >/dev/null
    within 90 ask "$(url "$leader")/readyz"
    third=$(add "$leader" "Written on node $leader again")
    everywhere "$first" "Written on node 1"
    everywhere "$second" "Written without node $leader"
    everywhere "$third" "Written on node $leader again"

    say "an orderly stop"
    for node in 1 2 3; do
        plainly timeout 60 podman stop --time 20 "$(container "n$node")" >/dev/null
        [[ $(podman inspect --format '{{.State.ExitCode}}' "$(container "n$node")") == 0 ]] ||
            die "node $node did not exit with 0"
        echo "node $node: exit code 0"
    done
}

## Doors

((EUID == 0)) || die "run as root: networks and mounts need it"
mkdir -p "$work"
exec 9>"$work/lock"
flock --nonblock 9 || die "another run is under way"

case ${1-all} in
all)
    install_tools
    configure_podman
    find_toolchain
    make_images
    make_taskraft
    try_out
    say "all is well"
    ;;
images)
    install_tools
    configure_podman
    find_toolchain
    make_images
    podman images
    ;;
clean)
    if type -P podman >/dev/null && [[ -e $work/containers.conf ]]; then
        configure_podman
        podman rm --all --force >/dev/null
        podman network prune --force >/dev/null
        umount "$work/storage/overlay" 2>/dev/null || true
    fi
    rm -rf --one-file-system "$work"
    ;;
*)
    sed -nE '2,/^[^#]/s/^# ?//p' "${BASH_SOURCE[0]}" >&2
    exit 64
    ;;
esac
