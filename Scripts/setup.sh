#!/usr/bin/env bash
# Makes a fresh Debian or Ubuntu machine ready; says what it installs, and is silent when nothing is missing.
#
#   Scripts/setup.sh build      what building needs, `make demo`, and the programs in Scripts
#   Scripts/setup.sh test       the same, and what the tests need, from PyPI too
#   Scripts/setup.sh secrets    random passwords for compose.yaml, kept when they are there
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
PATH+=:/usr/sbin # where mariadbd is, and where a user's PATH may not look

swift_at_least=6.2
build_packages=(libsqlite3-dev libmariadb-dev libjemalloc-dev zlib1g-dev pkg-config python3 curl)
test_packages=(mariadb-server-core mariadb-client-core strace iproute2 iptables
    beanstalkd php-cli php-pda-pheanstalk php-symfony-beanstalkd-messenger ruby ruby-beaneater
    python3-venv chromium)

say() { printf 'setup: %s\n' "$*" >&2; }
die() {
    say "$*"
    exit 1
}

# Is what the package brings already there, from whichever source?
present() {
    case $1 in
    libsqlite3-dev) pkg-config --exists sqlite3 ;;
    libmariadb-dev) pkg-config --exists libmariadb ;;
    libjemalloc-dev) pkg-config --exists jemalloc ;;
    zlib1g-dev) pkg-config --exists zlib ;;
    mariadb-server-core) type -P mariadbd && type -P mariadb-install-db ;;
    mariadb-client-core) type -P mariadb ;;
    iproute2) type -P ip ;;
    php-cli) type -P php ;;
    php-pda-pheanstalk) php -r 'require "Pheanstalk/autoload.php";' ;;
    php-symfony-beanstalkd-messenger)
        php -r 'require "Symfony/Component/Messenger/Bridge/Beanstalkd/autoload.php";' ;;
    ruby-beaneater) ruby -e 'require "beaneater"' ;;
    chromium) type -P chromium || type -P chromium-browser ;;
    python3-venv) python3 -c 'import ensurepip, venv' ;;
    *) type -P "$1" ;;
    esac >/dev/null 2>&1
}

need_packages() {
    local package missing=() sudo=()
    for package in "$@"; do
        present "$package" || missing+=("$package")
    done
    ((${#missing[@]})) || return 0
    type -P apt-get >/dev/null || die "missing: ${missing[*]}. There is no apt-get here: install their equivalents and try again."
    if ((EUID != 0)); then
        type -P sudo >/dev/null || die "missing: ${missing[*]}. As root: apt-get install ${missing[*]}"
        sudo=(sudo)
    fi
    say "installing with apt: ${missing[*]}"
    "${sudo[@]}" apt-get update -qq >&2
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
    for package in "${missing[@]}"; do
        present "$package" || die "apt installed $package, but it cannot be found. Is another one in the way on PATH?"
    done
}

# What the tests take from PyPI, in a place of its own that `make clean` removes.
need_python_packages() {
    local place=.build/test-python wanted
    wanted=$(cat Tests/*/requirements.txt)
    [[ -e $place/installed.txt && $(<"$place/installed.txt") == "$wanted" ]] &&
        "$place/bin/python3" -c '' && return
    say "installing with pip: $(tr '\n' ' ' <<<"$wanted")"
    rm -rf "$place"
    python3 -m venv "$place"
    "$place/bin/python3" -m pip install -q --disable-pip-version-check $wanted >&2
    printf '%s\n' "$wanted" >"$place/installed.txt"
}

need_swift() {
    local how="Get it from https://swift.org/install, or with swiftly: \`swiftly install latest\`. Then open a new shell and try again."
    type -P swift >/dev/null || die "Swift $swift_at_least or newer is needed, and there is no swift on PATH. $how"
    local version
    version=$(swiftc --version 2>/dev/null | sed -nE 's/.*Swift version ([0-9]+(\.[0-9]+)*).*/\1/p' | head -n 1) || true
    [[ -n $version ]] || die "\`swiftc --version\` does not name a version. $how"
    printf '%s\n%s\n' "$swift_at_least" "$version" | sort -V -C ||
        die "Swift $swift_at_least or newer is needed; $(type -P swift) is $version. $how"
}

# The files are readable inside a container by any user; on this machine the folder keeps others out.
make_secrets() {
    local name
    mkdir -p secrets
    chmod 0700 secrets
    [[ -e secrets/.gitignore ]] || echo '*' >secrets/.gitignore
    for name in db_password db_root_password; do
        [[ -s secrets/$name.txt ]] && continue
        od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"secrets/$name.txt"
        chmod 0644 "secrets/$name.txt"
        say "made secrets/$name.txt"
    done
}

case ${1-} in
build)
    need_swift
    need_packages "${build_packages[@]}"
    ;;
test)
    need_swift
    need_packages "${build_packages[@]}" "${test_packages[@]}"
    need_python_packages
    ;;
secrets) make_secrets ;;
*)
    sed -nE '2,/^[^#]/s/^# ?//p' "${BASH_SOURCE[0]}" >&2
    exit 64
    ;;
esac
