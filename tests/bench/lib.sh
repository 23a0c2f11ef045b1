# SPDX-License-Identifier: PostgreSQL
# shellcheck shell=sh disable=SC2034,SC2154 # parts of one script: variables meet in run.sh
# What the benches share: a cluster of their own, measuring, ratios. Sourced by run.sh, which sets $root.

bench="$root/build/bench"
tenure="$root/build/tenure"
twin="$root/build/twin"
repeat=${BENCH_REPEAT:-3}
notes=${BENCH_NOTES:-200000}
people=${BENCH_PEOPLE:-20000}
report="$bench/report.txt"

fail() {
	echo "bench: $*" >&2
	exit 1
}

# Installs a Debian package, or says that it is not there.
have_package() {
	dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'ok installed' && return 0
	sudo=
	[ "$(id -u)" = 0 ] || sudo=sudo
	DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "$1" >/dev/null 2>&1
}

start_cluster() {
	export TENURE_CLUSTER_DIRECTORY="$bench/cluster" XDG_STATE_HOME="$bench/state"
	unset TENURE_DSN PGHOST PGHOSTADDR PGPORT PGSERVICE PGDATABASE PGUSER PGOPTIONS
	stop_cluster
	"$tenure" --log-level error db start
	"$tenure" --log-level error migrate >/dev/null
	connection=$("$tenure" db status | sed -n 's/^connection //p')
	PGHOST=$(printf '%s\n' "$connection" | sed "s/.*host='\{0,1\}\([^' ]*\).*/\1/")
	PGPORT=$(printf '%s\n' "$connection" | sed -n "s/.*port='\{0,1\}\([0-9]*\).*/\1/p")
	PGUSER=tenure
	PGDATABASE=bench
	TENURE_DSN='dbname=bench'
	export PGHOST PGUSER PGDATABASE TENURE_DSN
	[ -z "$PGPORT" ] || export PGPORT
}

stop_cluster() {
	if [ -d "$bench/cluster" ]; then
		(unset TENURE_DSN PGHOST PGPORT PGUSER PGDATABASE && "$tenure" --log-level error db stop) || true
	fi
	rm -rf "$bench/cluster" "$bench/state"
}

# A warehouse as `tenure migrate` leaves it, nothing dirty in the server's memory.
fresh_database() {
	psql -Xq -d postgres -c 'drop database if exists bench' -c 'create database bench template tenure' \
		-c checkpoint 2>/dev/null
}

sql() {
	psql -XAtq -v ON_ERROR_STOP=1 -c "$1"
}

# Seconds that the server's sessions have used so far, in hundredths; a session counts when it has ended.
server_ticks() {
	sleep 0.3
	awk '{ print $16 + $17 }' "/proc/$(head -n 1 "$bench/cluster/data/postmaster.pid")/stat"
}

# measure NAME COMMAND…: a line of wall seconds, processor seconds (command and its server session) and largest
# resident KiB goes to $bench/measured/NAME.
measure() {
	name=$1
	shift
	mkdir -p "$bench/measured"
	ticks=$(server_ticks)
	if ! /usr/bin/time -q -f '%e %U %S %M' -o "$bench/time" "$@" >"$bench/out" 2>"$bench/err"; then
		tail -n 3 "$bench/err" >&2
		echo "bench: $name failed: $*" >&2
		return 1
	fi
	tail -n 1 "$bench/time" |
		awk -v ticks="$(($(server_ticks) - ticks))" -v hertz="$(getconf CLK_TCK)" \
			'{ print $1, $2 + $3 + ticks / hertz, $4 }' >>"$bench/measured/$name"
}

# median NAME COLUMN
median() {
	cut -d' ' -f"$2" "$bench/measured/$1" | sort -n |
		awk '{ v[NR] = $1 } END { print (NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2) }'
}

say() {
	# shellcheck disable=SC2059
	printf "$@" | tee -a "$report"
}

heading() {
	say '\n%s\n' "$1"
}

divide() {
	awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'
}

# ratio WORDS NAME BASE TARGET: of wall times, then of processor times, which other work on the machine blurs less
ratio() {
	say '  %-58s %6s  target %-6s  processor %6s  (%s s / %s s)\n' "$1" \
		"$(divide "$(median "$2" 1)" "$(median "$3" 1)")" "$4" \
		"$(divide "$(median "$2" 2)" "$(median "$3" 2)")" "$(median "$2" 1)" "$(median "$3" 1)"
}

# size WORDS NAME
size() {
	say '  %-58s %6s  target <= 64\n' "$1" \
		"$(cut -d' ' -f3 "$bench/measured/$2" | sort -n | awk 'END { printf "%.1f", $1 / 1024 }')"
}
