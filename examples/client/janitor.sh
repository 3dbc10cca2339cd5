#!/bin/sh
# Tests the client against a running mock, with curl alone.
# Usage: sh janitor.sh http://127.0.0.1:8654 ./client
set -eu
url=$1 client=$2
token=janitor-$$
world=$url/_understudy/v1/worlds/$token

# control METHOD PATH [JSON]: calls the control API of this test's own world; a refusal ends the test.
control() {
	curl -sS --fail-with-body --globoff -X "$1" -H 'Content-Type: application/json' "$world$2" ${3:+-d "$3"}
	echo
}

run() {
	MAKE_URL=$url/api/v2 CRM_URL=$url/crmapi/rest/v2 TOKEN=$token "$client"
}

# want WHAT GOT: compares what the client said.
want() {
	if [ "$1" != "$2" ]; then
		echo "want: $1" >&2
		echo "got:  $2" >&2
		exit 1
	fi
}

echo '# The token opens a world of its own: deliveries of 2020, one of today, one that is held in processing.'
control POST /makecom/hooks/654/incomings '{"data": [{"order": 1}]}'
control POST /makecom/hooks/654/begin '{"ids": ["7a567f385d1a4f5ab7bff89162b7605e"]}'

echo '# Make refuses the first call, and resets the connection of the first deletion.'
control PUT /faults '[
	{"operation": "listHookIncomings", "first": 1, "status": 429},
	{"operation": "deleteHookIncomings", "first": 1, "reset": true}
]'

want 'deleted 0, busy true, accepted 1' "$(run)"

echo '# The journal says what happened.'
control POST /journal/verify '{"inOrder": true, "expectations": [
	{"operation": "listHookIncomings", "status": 429, "exactly": 1},
	{"operation": "deleteHookIncomings", "fault": "reset", "exactly": 1},
	{"operation": "deleteHookIncomings", "status": 200, "exactly": 1}
]}'

echo '# What was held is done: it leaves, and nothing old is left.'
control POST /makecom/hooks/654/finish '{}'
control DELETE /journal
want 'deleted 0, busy false, accepted 0' "$(run)"
control POST /journal/verify '{"expectations": [{"operation": "deleteHookIncomings", "never": true}]}'
control DELETE ''
echo ok
