package worldfile_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/internal/schemafile"
	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/sink"
	"github.com/understudy-mock/understudy/mockserver/worldfile"
)

const asYAML = `
# A shop on the first of January.
seed: 9007199254740993
clock: {mode: frozen, now: 2026-01-01T00:00:00Z}
dialect:
  makecom/delete/unknown-id: echoed
tokens:
  - &demo {token: demo, scopes: ["hooks:read"]}
faults:
  - {operation: listHookIncomings, every: 3, status: 429, latency: 100ms..300ms}
makecom:
  hooks:
    - id: 654
      enabled: false
      items:
        - data: {b: 1.50, a: "\U0001F600", c: {$base64: ew==}}
          id: "11111111111111111111111111111111"
          created: 2021-02-03T09:59:36.260Z
sinks:
  shop:
    answers: [{status: 500, delay: 20ms, times: 2}, {status: 200, headers: {Content-Type: [text/plain]}, body: ok}]
`

const asJSON = `{
	"seed": 9007199254740993,
	"clock": {"mode": "frozen", "now": "2026-01-01T00:00:00Z"},
	"dialect": {"makecom/delete/unknown-id": "echoed"},
	"tokens": [{"token": "demo", "scopes": ["hooks:read"]}],
	"faults": [{"operation": "listHookIncomings", "every": 3, "status": 429, "latency": "100ms..300ms"}],
	"makecom": {"hooks": [{"id": 654, "enabled": false, "items": [
		{"data": {"b": 1.50, "a": "\ud83d\ude00", "c": {"$base64": "ew=="}}, "id": "11111111111111111111111111111111", "created": "2021-02-03T09:59:36.260Z"}]}]},
	"sinks": {"shop": {"answers": [{"status": 500, "delay": "20ms", "times": 2}, {"status": 200, "headers": {"Content-Type": ["text/plain"]}, "body": "ok"}]}}
}`

func TestReadTakesBothForms(t *testing.T) {
	disabled := false
	want := control.World{
		Seed:    9007199254740993,
		Clock:   control.Clock{Mode: control.ClockFrozen, Now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)},
		Dialect: control.Dialect{"makecom/delete/unknown-id": "echoed"},
		Tokens:  []control.Token{{Token: "demo", Scopes: []control.Scope{control.HooksRead}}},
		Faults:  control.Faults{{Operation: "listHookIncomings", Every: 3, Status: 429, Latency: "100ms..300ms"}},
		Makecom: control.MakeState{Hooks: []control.Hook{{
			ID: 654, Enabled: &disabled,
			Items: []control.Incoming{{
				ID:      "11111111111111111111111111111111",
				Created: time.Date(2021, 2, 3, 9, 59, 36, 260e6, time.UTC),
				Data:    json.RawMessage(`{"b":1.50,"a":"😀","c":{"$base64":"ew=="}}`),
			}},
		}}},
		Sinks: map[string]control.Sink{"shop": {Answers: []control.SinkAnswer{
			{Status: 500, Delay: "20ms", Times: 2},
			{Status: 200, Headers: control.Headers{"Content-Type": {"text/plain"}}, Body: "ok"},
		}}},
	}
	for name, text := range map[string]string{"world.yaml": asYAML, "world.json": asJSON} {
		t.Run(name, func(t *testing.T) {
			got, err := worldfile.Read(name, strings.NewReader(text), mockserver.APIs()...)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, typed(t, got)); diff != "" {
				t.Errorf("world (-want +got):\n%s", diff)
			}
		})
	}
}

// typed is a file as the document of the control API describes it.
func typed(t *testing.T, file worldfile.File) (world control.World) {
	t.Helper()
	if err := json.Unmarshal(write(t, file), &world); err != nil {
		t.Fatal(err)
	}
	return world
}

// What the mock writes, it reads.
func TestReadTakesWhatTheModelWrites(t *testing.T) {
	world, err := worldfile.Read("world.yaml", strings.NewReader(asYAML), mockserver.APIs()...)
	if err != nil {
		t.Fatal(err)
	}
	again, err := worldfile.Read("export.json", bytes.NewReader(write(t, world)), mockserver.APIs()...)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(world, again); diff != "" {
		t.Errorf("world (-written +read):\n%s", diff)
	}
}

func TestReadRefuses(t *testing.T) {
	const hex = "0123456789ABCDEF0123456789ABCDEF"
	for _, test := range []struct{ name, text, want string }{
		{"nothing", "", "w: it is empty; write {} for nothing"},
		{"only a comment", "# soon\n", "w: it is empty; write {} for nothing"},
		{"no object", "[]", "w:1:1: want an object, got an array"},
		{"broken YAML", "seed: 1\n  tokens: []\n", "w:2:1: not YAML: mapping values are not allowed in this context"},
		{"broken JSON", "{\n  \"seed\": 1,,\n}", "w:2:13: not JSON: invalid character ',' looking for beginning of object key string"},
		{"two documents", "seed: 1\n---\nseed: 2\n", "w:2:1: a second document begins; write one file for each"},
		{
			"unknown member", "seed: 1\nclok: {mode: real}\n",
			"w:2:1: clok: unknown member; known are clock, crmcom, dialect, faults, logins, makecom, mutant, seed, sinks, state, tokens, variations",
		},
		{
			"unknown member below", "makecom:\n  hooks:\n    - id: 1\n      processing: {mode: manual, each: 5m}\n",
			"w:4:34: makecom.hooks[0].processing.each: unknown member; known are duration, every, maxResults, mode, next",
		},
		{"member twice", "seed: 1\nseed: 2\n", "w:2:1: seed: it stands in line 1 already"},
		{"member twice in JSON", "{\"seed\": 1,\n \"seed\": 2}", "w:2:2: seed: it stands in line 1 already"},
		{"missing member", "tokens:\n  - {token: demo}\n", `w:2:5: tokens[0]: member "scopes" is missing`},
		{"wrong type", "seed: many", `w:1:7: seed: want an integer, got "many"`},
		{"unquoted", "tokens: [{token: 4711, scopes: []}]", "w:1:18: tokens[0].token: want a string, got 4711; put it in quotes"},
		{"not a choice", "clock: {mode: stopped}", `w:1:15: clock.mode: "stopped" is none of real, frozen`},
		{
			"clock too far", "clock: {mode: real, now: 9999-01-01T00:00:00Z}",
			"w:1:26: clock.now: a clock that runs stays within 290 years of the machine's; freeze it to go further",
		},
		{"not a time", "clock: {mode: frozen, now: 2026-01-01}", `w:1:28: clock.now: 2026-01-01 is no date-time, such as "2026-01-01T00:00:00Z"`},
		{
			"not a duration", "makecom: {hooks: [{id: 1, processing: {mode: scheduled, every: 5 minutes}}]}",
			`w:1:64: makecom.hooks[0].processing.every: "5 minutes" has not the right form, such as "15m"`,
		},
		{"too small", "makecom: {hooks: [{id: 0}]}", "w:1:24: makecom.hooks[0].id: 0 is too small; the least is 1"},
		{
			"not above zero", "faults: [{operation: '*', probability: 0, status: 500}]",
			"w:1:40: faults[0].probability: 0 is too small; it has to be above 0",
		},
		{"too large", "faults: [{operation: '*', status: 600}]", "w:1:35: faults[0].status: 600 is too large; the most is 599"},
		{"empty", "tokens: [{token: '', scopes: []}]", "w:1:18: tokens[0].token: it must not be empty"},
		{"out of range", "seed: 9223372036854775808", "w:1:7: seed: 9223372036854775808 does not fit; want int64"},
		{"no integer in Go", "makecom: {hooks: [{id: 1.0}]}", "w:1:24: makecom.hooks[0].id: 1.0 does not fit; want int"},
		{"no number", "makecom: {hooks: [{id: 1, items: [{data: .nan}]}]}", "w:1:42: makecom.hooks[0].items[0].data: .nan is no number that JSON has"},
		{"foreign tag", "seed: !!binary AAAA", "w:1:7: seed: the tag !!binary is not read"},
		{"merged unknown member", "clock: {<<: {mod: real}, mode: real}\n", "w:1:14: clock.mod: unknown member; known are mode, now"},
		{"merge of a word", "<<: seed\n", "w:1:5: << takes a mapping, or a list of mappings"},
		{"odd key", "{[1]: 2}", "w:1:2: the name of a member has to be a plain word"},
		{"contains itself", "sinks: &a {x: *a}", "w:1:15: it is nested more than 500 deep, or contains itself"},
		{
			"several", "seed: x\nclock: {}\n",
			"w:1:7: seed: want an integer, got \"x\"\nw:2:8: clock: member \"mode\" is missing",
		},
		{
			"unknown question", "dialect: {makecom/delete/nothing: once}",
			`w:1:35: dialect["makecom/delete/nothing"]: no open question "makecom/delete/nothing"`,
		},
		{"two choices", "faults: [{operation: '*', first: 1, every: 2, reset: true}]", "w:1:44: faults[0].every: it excludes first; give one of first, every and probability, or none for always"},
		{"two faults", "faults: [{operation: '*', status: 500, reset: true}]", "w:1:47: faults[0].reset: it excludes status; give one of status, reset, truncate, malformed and slow"},
		{"no fault", "faults: [{operation: '*'}]", "w:1:10: faults[0]: the rule does nothing; give status, reset, truncate, malformed, slow or latency"},
		{"backwards", "faults: [{operation: '*', latency: 2s..1s}]", "w:1:36: faults[0].latency: 2s..1s ends before it begins; give the shorter time first"},
		{
			"token twice", "tokens:\n- {token: a, scopes: []}\n- {token: a, scopes: []}\n",
			"w:3:11: tokens[1].token: it is the same as tokens[0].token",
		},
		{"hook twice", "makecom: {hooks: [{id: 1}, {id: 1}]}", "w:1:33: makecom.hooks[1].id: it is the same as makecom.hooks[0].id"},
		{
			"schedule without interval", "makecom: {hooks: [{id: 1, processing: {mode: scheduled, every: 0s}}]}",
			"w:1:39: makecom.hooks[0].processing: a schedule needs every, a time above zero such as 15m",
		},
		{
			"overfull", "makecom: {hooks: [{id: 1, queueLimit: 1, items: [{data: 1}, {data: 2}]}]}",
			"w:1:49: makecom.hooks[0].items: 2 items are more than the queue holds, which is 1",
		},
		{
			"until what", "makecom: {hooks: [{id: 1, items: [{data: 1, until: 2026-01-01T00:00:00Z}]}]}",
			"w:1:52: makecom.hooks[0].items[0].until: until needs processing: true",
		},
		{
			"dangling rule", "crmcom: {rules: [{id: " + hex + ", entity: JOBS, definition: X}]}",
			`w:1:83: crmcom.rules[0].definition: there is no definition "X"`,
		},
		{
			"dangling request", "crmcom: {requests: [{number: 7, life_cycle_state: REJECTED, entity: JOBS, rule: X}]}",
			`w:1:81: crmcom.requests[0].rule: there is no rule "X"`,
		},
		{
			"successful with an error", "crmcom: {requests: [{number: 7, life_cycle_state: SUCCESSFUL, entity: JOBS, error_code: E}]}",
			"w:1:21: crmcom.requests[0]: only a REJECTED request has an error_code or error_description",
		},
		{
			"login twice", "crmcom: {logins: [{organisation: o, username: u, password: p}, {organisation: o, username: u, password: q}]}",
			"w:1:92: crmcom.logins[1].username: it is the same as crmcom.logins[0].username",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := worldfile.Read("w", strings.NewReader(test.text), mockserver.APIs()...)
			if err == nil {
				t.Fatal("it was read")
			}
			if diff := cmp.Diff(test.want, err.Error()); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
			var place *schemafile.Error
			if !errors.As(err, &place) {
				t.Errorf("%T holds no *schemafile.Error", err)
			}
		})
	}
}

// An alias may be used often, but a short text must not become a huge one.
func TestReadBoundsAliases(t *testing.T) {
	text := "makecom: {hooks: [{id: 1, items: [{data: [&a [1,1,1,1,1,1,1,1,1,1]"
	for name := 'b'; name < 'j'; name++ {
		text += ", &" + string(name) + " [" + strings.Repeat("*"+string(name-1)+" ,", 10) + "]"
	}
	text += "]}]}]}"
	_, err := worldfile.Read("w", strings.NewReader(text), mockserver.APIs()...)
	if err == nil || !strings.HasSuffix(err.Error(), "it has more than 1048576 values; divide it") {
		t.Errorf("error %v", err)
	}
}

func TestReadReportsTwentyErrorsAtMost(t *testing.T) {
	text := "tokens: [" + strings.Repeat("1,", 30) + "]"
	_, err := worldfile.Read("w", strings.NewReader(text), mockserver.APIs()...)
	if err == nil {
		t.Fatal("it was read")
	}
	lines := strings.Split(err.Error(), "\n")
	if last := lines[len(lines)-1]; len(lines) != 21 || last != "w: 10 more" {
		t.Errorf("%d lines, the last %q", len(lines), last)
	}
}

// What is read can be written and read again; nothing makes the reader panic.
func FuzzRead(f *testing.F) {
	format, err := worldfile.NewFormat(mockserver.APIs()...)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(asYAML)
	f.Add(asJSON)
	f.Add("sinks: &a {x: *a}")
	f.Add("{\"seed\": 1e3}")
	f.Add("sinks: {}")
	f.Fuzz(func(t *testing.T, text string) {
		world, err := format.Parse("w", []byte(text))
		if err != nil {
			return
		}
		written := write(t, world)
		again, err := format.Parse("w", written)
		if err != nil {
			t.Fatalf("cannot be read again: %v\n%s", err, written)
		}
		if diff := cmp.Diff(world, again, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("world (-first +again):\n%s", diff)
		}
	})
}

// write keeps the bytes of data, as an export does.
func write(t *testing.T, world any) []byte {
	t.Helper()
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(world); err != nil {
		t.Fatal(err)
	}
	return text.Bytes()
}

// What is written in pieces is what is written at once.
func TestWriteInPieces(t *testing.T) {
	answer := sink.Answer{Status: 201, Header: map[string][]string{"X": {"<>"}}, Body: []byte("\xe2\x80\xa8<&>"), Delay: time.Second, Times: 3}
	delivery := sink.Delivery{Method: http.MethodPost, Path: "/<", Body: []byte("\xff"), At: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Truncated: true}
	for name, sinks := range map[string][]sink.Sink{
		"no sinks": nil,
		"sinks": {
			{Name: "two", Answers: []sink.Answer{answer, {}}, Deliveries: []sink.Delivery{delivery, {Body: []byte("text")}}},
			{Name: "one", Answers: []sink.Answer{answer}},
			{Name: "none"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			mock, err := mockserver.New()
			if err != nil {
				t.Fatal(err)
			}
			w, err := mock.Worlds().Find("w")
			if err != nil {
				t.Fatal(err)
			}
			b := mock.Worlds().Export(w)
			b.Sinks = sinks
			file, err := worldfile.Of(b, mockserver.APIs()...)
			if err != nil {
				t.Fatal(err)
			}
			want, err := file.Encode()
			if err != nil {
				t.Fatal(err)
			}
			var got bytes.Buffer
			if err := worldfile.Write(&got, b, mockserver.APIs()...); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got.String()); diff != "" {
				t.Errorf("file (-at once +in pieces):\n%s", diff)
			}
			if sinks := len(b.Sinks); sinks != 0 && !strings.Contains(got.String(), `"one"`) {
				t.Error("no sink is written")
			}
		})
	}
}
