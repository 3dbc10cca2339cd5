# What the scripts that try the packages share: a folder of their own, the refusal that every one of them has to see, and a verify.
# shellcheck shell=bash

# place makes an empty folder, goes there, and removes it in the end with what was started.
place() {
	started=()
	folder=$(mktemp -d)
	trap leave EXIT
	cd "$folder"
}

leave() {
	local process
	for process in "${started[@]}"; do
		kill "$process" 2>/dev/null || true
		wait "$process" 2>/dev/null || true
	done
	cd / && rm -rf "$folder"
}

keep() { started+=("$1"); }
step() { printf '\n== %s\n' "$*"; }
pause() { read -rt 0.05 <> <(:) || true; }

# until_there waits until a file has something in it, a minute at most.
until_there() {
	local tries
	for ((tries = 0; tries < 1200; tries++)); do
		[ ! -s "$1" ] || return 0
		pause
	done
	echo "$1 did not appear" >&2
	return 1
}

# until_gone waits until nothing answers at an address, half a minute at most.
until_gone() {
	local tries
	for ((tries = 0; tries < 600; tries++)); do
		curl -fs "$1" >/dev/null 2>&1 || return 0
		pause
	done
	echo "$1 still answers" >&2
	return 1
}

# refused_and_verified PORT-FILE PROGRAM… sees the documented refusal of an unconfirmed deletion, and verifies the mock.
refused_and_verified() {
	until_there "$1"
	local base
	base=http://127.0.0.1:$(cat "$1")
	shift
	refused "$base"
	verified "$base" "$@"
}

refused() {
	step "the refusal IM004"
	curl -sS -X DELETE -H 'Authorization: Token try' -H 'Content-Type: application/json' -d '{"all":true}' \
		"$1/api/v2/hooks/654/incomings" | tee refusal.json
	grep -q '"code":"IM004"' refusal.json
}

verified() {
	local base=$1
	shift
	step "verify makecom"
	"$@" verify makecom --url "$base/api/v2" --token try --state-url "$base/_understudy/v1/provider-states" >verify.txt
	tail -3 verify.txt
	grep -q '^CONFORMS' verify.txt
}

done_with() { printf '\n%s: tried, all well\n' "$1"; }
