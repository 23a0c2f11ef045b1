#!/bin/sh
# SPDX-License-Identifier: PostgreSQL
# The twin tested from outside: shapes, paging, limits, login, faults, the second day, and the truth of a
# hand-made world. Prints TAP. Needs curl and jq; TWIN names the binary (build/twin).
set -u

TWIN=${TWIN:-build/twin}
HERE=$(cd "$(dirname "$0")" && pwd)
WORK=$(mktemp -d)
SERVER=
NUMBER=0
FAILED=0

stop() {
	[ -n "$SERVER" ] && kill "$SERVER" 2>/dev/null && wait "$SERVER" 2>/dev/null
	SERVER=
}
trap 'stop; rm -rf "$WORK"' EXIT
trap 'exit 1' INT TERM

# is WHAT WANTED GOT
is() {
	NUMBER=$((NUMBER + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $NUMBER - $1"
	else
		echo "not ok $NUMBER - $1"
		echo "# wanted: $2"
		echo "# got:    $3"
		FAILED=$((FAILED + 1))
	fi
}

# start OPTION...: a server of 2,000 people; sets V1, V2
start() {
	stop
	: >"$WORK/out"
	"$TWIN" serve --people 2000 "$@" >"$WORK/out" 2>"$WORK/err" &
	SERVER=$!
	tries=0
	while ! grep -q '^OPENREVIEW_API_BASEURL=' "$WORK/out" && [ $tries -lt 100 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
	V2=$(sed -n 's/^OPENREVIEW_API_BASEURL_V2=//p' "$WORK/out")
	V1=$(sed -n 's/^OPENREVIEW_API_BASEURL=//p' "$WORK/out")
}

login() {
	curl -s "$V2/login" -H 'Content-Type: application/json' -d '{"id":"user@twin.example","password":"any"}' | jq -r .token
}

get() {
	curl -s -H "Authorization: Bearer $TOKEN" "$@"
}

fault() {
	curl -s "$V2/twin/fault" -d "{\"clear\":true,\"faults\":[\"$1\"]}" >/dev/null
}

VENUE=ICLR.cc/2024/Conference
SUBMISSIONS="invitation=$VENUE/-/Submission"

# --- truth of a hand-made world ---
"$TWIN" truth --claims "$HERE/hand_made.csv" >"$WORK/truth.csv"
is 'hand-made world: truth as computed by hand' '' "$(grep -vxFf "$WORK/truth.csv" "$HERE/hand_made.expected")"

# --- determinism ---
is 'same seed, same truth' "$("$TWIN" truth --people 3000 | cksum)" "$("$TWIN" truth --people 3000 | cksum)"
is 'another seed, another truth' different \
	"$([ "$("$TWIN" truth --people 3000 | cksum)" = "$("$TWIN" truth --people 3000 --seed 2 | cksum)" ] || echo different)"
is 'stock and flow agree in every group and year' '' "$("$TWIN" truth --people 5000 | awk -F, '
	NR > 1 { value[$1, $2, $3] = $4; if ($1 == "headcount") keys[$2 "," $3] = 1 }
	END { for (key in keys) { split(key, k, ","); g = k[1]; y = k[2]; p = y - 1
		before = ("headcount", g, p) in value ? value["headcount", g, p] : 0
		if (value["headcount", g, y] != before + value["joiners", g, y] + value["appeared", g, y] - value["leavers", g, y] - value["lapsed", g, y])
			print key } }')"
is 'notes: so many lines' 50 "$("$TWIN" notes --count 50 | jq -c .id | sort -u | wc -l | tr -d ' ')"
is 'notes: envelope' 50 "$("$TWIN" notes --count 50 --envelope | jq '.notes | length')"
"$TWIN" papercopilot --people 2000 --out "$WORK/archive"
is 'archives: authors line up' '' "$(jq -r 'select((.author | gsub("[^;]"; "")) != (.aff | gsub("[^;]"; ""))) | .id' \
	"$WORK"/archive/authors/iclr2023.jsonl)"
is 'archives: compact lists do not' many "$(jq -r '[.[] | select((.author | split(";") | length) != (.aff | split(";") | length))] | if length > 5 then "many" else length end' \
	"$WORK/archive/paperlists/iclr2024.json")"

# --- who may read ---
start
is 'guests are challenged' 'ChallengeRequiredError 403' "$(curl -s "$V2/notes?$SUBMISSIONS" | jq -r '"\(.name) \(.status)"')"
is 'guests may read groups' venues "$(curl -s "$V2/groups?id=venues" | jq -r '.groups[0].id')"
is 'login wants a password' 'password cannot be empty or missing' \
	"$(curl -s "$V2/login" -d '{"id":"a"}' | jq -r .message)"
TOKEN=$(login)
is 'the token says when it ends' 3600 "$(printf %s "$TOKEN" | cut -d. -f2 | tr '_-' '/+' | sed 's/$/==/' | base64 -d 2>/dev/null | jq '.exp - .iat')"
is 'another token is refused' 401 "$(curl -s -o /dev/null -w '%{http_code}' -H 'Authorization: Bearer a.b.c' "$V2/notes?$SUBMISSIONS")"

# --- venues ---
is 'a v2 venue has domain and content' "$VENUE true" \
	"$(get "$V2/groups?id=$VENUE" | jq -r '.groups[0] | "\(.domain) \(.content.submission_id.value == "'"$VENUE"'/-/Submission")"')"
is 'a v1 venue has neither on the v2 host' 'null null' \
	"$(get "$V2/groups?id=ICLR.cc/2021/Conference" | jq -r '.groups[0] | "\(.domain) \(.content)"')"
is 'unknown group' NotFoundError "$(get "$V2/groups?id=Nobody.example" | jq -r .name)"
is 'unreadable venue' ForbiddenError "$(get "$V2/notes?invitation=Closed.example/2025/Conference/-/Submission" | jq -r .name)"
is 'empty venue' 0 "$(get "$V2/notes?invitation=ICML.cc/2024/Workshop/Nothing_Submitted/-/Submission&stream=true" | jq '.notes | length')"
is 'an expired v1 invitation is shown on demand only' '0 1' \
	"$(get "$V1/invitations?id=ICLR.cc/2021/Conference/-/Blind_Submission" | jq .count) $(get "$V1/invitations?id=ICLR.cc/2021/Conference/-/Blind_Submission&expired=true" | jq .count)"

# --- notes ---
get "$V2/notes?$SUBMISSIONS&stream=true&domain=$VENUE" >"$WORK/stream.json"
ALL=$(jq '.notes | length' "$WORK/stream.json")
is 'a stream has everything and no count' "$ALL null" "$(get "$V2/notes?$SUBMISSIONS&limit=1&count=true" | jq .count) $(jq .count "$WORK/stream.json")"
after=
: >"$WORK/paged"
while :; do
	get "$V2/notes?$SUBMISSIONS&sort=id:asc&limit=40$after" >"$WORK/page.json"
	[ "$(jq '.notes | length' "$WORK/page.json")" = 0 ] && break
	jq -r '.notes[].id' "$WORK/page.json" >>"$WORK/paged"
	after="&after=$(tail -n 1 "$WORK/paged")"
done
is 'paging by after gives the same ids, in order' "$(jq -r '.notes[].id' "$WORK/stream.json" | LC_ALL=C sort | cksum)" "$(cksum <"$WORK/paged")"
is 'v2 content is wrapped' 'string array string' \
	"$(jq -r '.notes[0].content | "\(.title.value | type) \(.keywords.value | type) \(.venueid.value | type)"' "$WORK/stream.json")"
is 'venueid says the status' 4 "$(jq -r '.notes[].content.venueid.value' "$WORK/stream.json" | sort -u | wc -l | tr -d ' ')"
is 'content.venueid takes a list' "$(jq '[.notes[] | select(.content.venueid.value | test("Conference$|Withdrawn"))] | length' "$WORK/stream.json")" \
	"$(get "$V2/notes?content.venueid=$VENUE,$VENUE/Withdrawn_Submission&stream=true" | jq '.notes | length')"
is 'unified authors: objects, no authorids' 'true true' \
	"$(get "$V2/notes?invitation=NeurIPS.cc/2025/Conference/-/Submission&stream=true" | jq -r '[.notes[].content | select(.authors)] | "\(all(.authors.value[0] | has("fullname") and has("username") and has("institutions"))) \(all(has("authorids") | not))"')"
is 'hidden authors' 0 "$(get "$V2/notes?invitation=NeurIPS.cc/2025/Workshop/Late_Breaking/-/Submission&stream=true" | jq '[.notes[].content | select(.authors)] | length')"
is 'v1: bare content, explicit nulls, count' 'string true true' \
	"$(get "$V1/notes?invitation=ICLR.cc/2021/Conference/-/Blind_Submission&limit=5" | jq -r '"\(.notes[0].content.title | type) \(.notes[0] | has("ddate") and has("replyto")) \(has("count"))"')"
is 'v1: blind notes and their originals' 'Anonymous ~' \
	"$(get "$V1/notes?invitation=ICLR.cc/2018/Conference/-/Blind_Submission&details=original" | jq -r '[.notes[] | select(.details.original) | select(.details.original.content.authorids[0] | startswith("~"))][0] | "\(.content.authors[0]) \(.details.original.content.authorids[0][0:1])"')"
is 'v1: decisions are replies' true \
	"$(get "$V1/notes?invitation=ICLR.cc/2021/Conference/-/Blind_Submission&details=directReplies&limit=30" | jq '[.notes[].details.directReplies[] | select(.invitation | endswith("Decision")) | .content.decision | type] | length > 0 and all(. == "string")')"
is 'v1: ratings are texts; v2: integers' 'string number' \
	"$(get "$V1/notes?invitation=ICLR.cc/2021/Conference/-/Blind_Submission&details=directReplies&limit=30" | jq -r '[.notes[].details.directReplies[] | select(.content.rating)][0].content.rating | type') $(get "$V2/notes?$SUBMISSIONS&details=directReplies&limit=30" | jq -r '[.notes[].details.directReplies[] | select(.content.rating)][0].content.rating.value | type')"
is 'deleted notes show with trash only' true \
	"$([ "$(get "$V2/notes?$SUBMISSIONS&trash=true&limit=1&count=true" | jq .count)" -ge "$ALL" ] && echo true)"
is 'no v1 note on the v2 host' 0 "$(get "$V2/notes?invitation=ICLR.cc/2021/Conference/-/Blind_Submission" | jq '.notes | length')"
is 'something must be asked for' MissingRequiredError "$(get "$V2/notes" | jq -r .name)"
is 'notes by ids' 2 "$(get "$V2/notes/search" -d "{\"ids\":[\"$(sed -n 1p "$WORK/paged")\",\"$(sed -n 2p "$WORK/paged")\",\"unknown-id\"]}" | jq '.notes | length')"

# --- profiles ---
jq -c '{ids: [.notes[].content.authorids.value // [] | .[] | select(startswith("~"))] | unique | .[0:1000]}' "$WORK/stream.json" >"$WORK/ids.json"
get "$V2/profiles/search" -d "@$WORK/ids.json" >"$WORK/profiles.json"
is 'profiles: no count, bare or wrapped content' 'null true' \
	"$(jq -r '"\(.count) \([.profiles[].content.history | type] | all(. == "array" or . == "object"))"' "$WORK/profiles.json")"
is 'e-mails are masked' true "$(jq '[.profiles[].content.emails | if type == "object" then .value else . end | select(.) | .[]] | all(startswith("****@"))' "$WORK/profiles.json")"
is 'what must not be kept is there' true "$(jq '[.profiles[].content | has("gender")] | any' "$WORK/profiles.json")"
RENAMED=$(jq -r '[.profiles[] | select((.content.names | if type == "object" then .value else . end | length) > 1)][0] | (.content.names | if type == "object" then .value else . end | map(.username) | map(select(.))) - [.id] | .[0]' "$WORK/profiles.json")
is 'an alias leads to the current id' different \
	"$(id=$(get "$V2/profiles?id=$RENAMED" | jq -r '.profiles[0].id') && [ "$id" != "$RENAMED" ] && [ "$id" != null ] && echo different)"
is 'more than 1000 ids' 400 "$(jq -nc '{ids: [range(1001) | "~A_B\(.)"]}' | get -o /dev/null -w '%{http_code}' "$V2/profiles/search" -d @-)"
is 'profiles want parameters' 400 "$(get -o /dev/null -w '%{http_code}' "$V2/profiles")"
is 'gzip when asked for' gzip "$(get -H 'Accept-Encoding: gzip' -o /dev/null -D - "$V2/notes?$SUBMISSIONS&stream=true" | tr -d '\r' | sed -n 's/^Content-Encoding: //p')"

# --- the second day ---
NOW=1764547200000
curl -s "$V2/twin/day" -d '{"day":1}' >/dev/null
for venue in "$VENUE" TMLR NeurIPS.cc/2025/Workshop/Late_Breaking; do
	get "$V2/notes?invitation=$venue/-/Submission&stream=true&trash=true&mintmdate=$NOW" | jq -c '.notes[]' >>"$WORK/changed"
done
is 'day 1: the changed notes are younger than day 0' true "$(jq -s 'length > 0 and all(.tmdate >= '$NOW')' "$WORK/changed")"
is 'day 1: hidden authors are released' true "$(get "$V2/notes?invitation=NeurIPS.cc/2025/Workshop/Late_Breaking/-/Submission&stream=true" | jq '[.notes[].content | select(.authors)] | length > 0')"
get "$V2/profiles/search" -d "@$WORK/ids.json" >"$WORK/profiles1.json"
is 'day 1: profiles that differ were modified' true "$(jq -s '(.[0].profiles | map({(.id): .}) | add) as $old | [.[1].profiles[] | select($old[.id] != .) | .tmdate] | length > 0 and all(. >= '$NOW')' "$WORK/profiles.json" "$WORK/profiles1.json")"

# --- limits ---
start --budget 3 --window 2
TOKEN=$(login)
for _ in 1 2 3; do get -o /dev/null "$V2/notes?$SUBMISSIONS&limit=1"; done
get -D "$WORK/head" "$V2/notes?$SUBMISSIONS&limit=1" >"$WORK/limited.json"
is 'over the budget' 'RateLimitError 429 3 0 4' "$(jq -r '"\(.name) \(.status) \(.details.limit) \(.details.remaining) \(.details.used)"' "$WORK/limited.json")"
is 'Retry-After in seconds' true "$(tr -d '\r' <"$WORK/head" | sed -n 's/^Retry-After: //p' | awk '{print ($1 >= 1 && $1 <= 2) ? "true" : $1}')"
is 'no request too early yet' 0 "$(curl -s "$V2/twin/stats" | jq .early_requests)"
get -o /dev/null "$V2/notes?$SUBMISSIONS&limit=1"
is 'a request before the reset time is noticed' 1 "$(curl -s "$V2/twin/stats" | jq .early_requests)"
is 'another route has its own budget' 200 "$(get -o /dev/null -w '%{http_code}' "$V2/groups?id=venues")"
sleep 2.1
is 'a new window' 200 "$(get -o /dev/null -w '%{http_code}' "$V2/notes?$SUBMISSIONS&limit=1")"

# --- a second factor ---
start --mfa --credentials 'me:secret'
is 'credentials' 'Invalid username or password' "$(curl -s "$V2/login" -d '{"id":"me","password":"wrong"}' | jq -r .message)"
PENDING=$(curl -s "$V2/login" -d '{"id":"me","password":"secret"}' | jq -r .mfaPendingToken)
is 'second factor pending' pending "${PENDING%%-*}"
is 'a wrong code' 'Invalid verification code' "$(curl -s "$V2/mfa/verify" -d "{\"mfaPendingToken\":\"$PENDING\",\"method\":\"totp\",\"code\":\"00000x\"}" | jq -r .message)"
is 'a recovery code' 3 "$(curl -s "$V2/mfa/verify" -d "{\"mfaPendingToken\":\"$PENDING\",\"method\":\"recoveryCode\",\"code\":\"recovery-1\"}" | jq -r .token | tr '.' '\n' | wc -l | tr -d ' ')"

# --- faults ---
start
TOKEN=$(login)
# FAULT, then what curl says: exit code, status, bytes or a mark
code() {
	fault "$1"
	get --compressed -m 2 -o "$WORK/body" -w '%{exitcode} %{http_code}' "$V2/notes?$SUBMISSIONS&limit=20&sort=id:asc&count=true"
}
is 'rst_before' '56 000' "$(code rst_before)"
is 'rst_mid' '56 200' "$(code rst_mid)"
is 'close_empty' '52 000' "$(code close_empty)"
is 'stall_body' '28 200' "$(code stall_body)"
is 'truncate_length' '18 200' "$(code truncate_length)"
is 'truncate_chunked' '18 200' "$(code truncate_chunked)"
is 'truncate_close looks fine to curl' '0 200' "$(code truncate_close)"
is 'truncate_close is not JSON' 'not JSON' "$(jq . "$WORK/body" >/dev/null 2>&1 || echo not JSON)"
is 'gzip_truncated looks fine to curl' '0 200' "$(code gzip_truncated)"
is 'gzip_corrupt' '61 200' "$(code gzip_corrupt)"
is 'gzip_bad_crc' '61 200' "$(code gzip_bad_crc)"
is 'two_lengths' '0 200' "$(code two_lengths)"
is 'garbage' '1 000' "$(code garbage)"
is 'html502' '0 502' "$(code html502)"
is 'http503 twice, then well' '0 503,0 503,0 200' \
	"$(code http503:/notes:2),$(get -o /dev/null -w '%{exitcode} %{http_code}' "$V2/notes?$SUBMISSIONS&limit=1"),$(get -o /dev/null -w '%{exitcode} %{http_code}' "$V2/notes?$SUBMISSIONS&limit=1")"
is 'redirect' '0 302' "$(code redirect_metadata)"
is 'retry_after_2' '0 429' "$(code retry_after_2)"
is 'challenge_once' '0 403' "$(code challenge_once)"
is '... and once only' 200 "$(get -o /dev/null -w '%{http_code}' "$V2/notes?$SUBMISSIONS&limit=1")"
is 'count_wrong' true "$(code count_wrong >/dev/null && jq ".count == $ALL + 7" "$WORK/body")"
is 'duplicate_record_conflict' '21 20' "$(code duplicate_record_conflict >/dev/null && jq -r '"\(.notes | length) \([.notes[].id] | unique | length)"' "$WORK/body")"
is 'vanish' true "$(code vanish:90 >/dev/null && jq '.notes | length < 12' "$WORK/body")"
is 'lone_surrogate' 1 "$(code lone_surrogate >/dev/null && grep -c '\\ud800' "$WORK/body")"
is 'expire_token_after' '401 200' "$(fault expire_token_after:0:1 && get -o /dev/null -w '%{http_code}' "$V2/notes?$SUBMISSIONS&limit=1" && TOKEN=$(login) && get -o /dev/null -w ' %{http_code}' "$V2/notes?$SUBMISSIONS&limit=1")"
is 'an unknown fault' 400 "$(curl -s -o /dev/null -w '%{http_code}' "$V2/twin/fault" -d '{"faults":["nonsense"]}')"
kill "$SERVER"
wait "$SERVER"
is 'the server stops when told to' 0 $?
SERVER=

echo "1..$NUMBER"
[ $FAILED -eq 0 ]
