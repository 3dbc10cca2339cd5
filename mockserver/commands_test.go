package mockserver_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/clock"
	"github.com/understudy-mock/understudy/mockserver/crmcom/login"
	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/fault"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/sink"
	"github.com/understudy-mock/understudy/mockserver/world"
	"github.com/understudy-mock/understudy/mockserver/worldfile"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// drawn applies commands to a world, and keeps what came of them that later ones need.
type drawn struct {
	t                  *rapid.T
	world              *world.World
	items              []string
	definitions, rules []string
	logged             []string
	started            []requestlog.Attempt
}

// do applies a command. That it may be refused is part of the proof.
func (d *drawn) do(c world.Command) any {
	result, _ := d.world.Do(c)
	return result
}

func (d *drawn) hook() int { return rapid.SampledFrom([]int{654, 655, 656, 9}).Draw(d.t, "hook") }

func (d *drawn) some(from []string) string {
	return rapid.SampledFrom(append([]string{"none"}, from...)).Draw(d.t, "id")
}

// label is one of three names of a kind, so that commands meet what others have made.
func (d *drawn) label(kind string) string {
	return kind + strconv.Itoa(rapid.IntRange(1, 3).Draw(d.t, kind))
}

func (d *drawn) outcome() requestlog.Outcome {
	o := requestlog.Outcome{Code: "code", Body: []byte(`{"a":1}`)}
	if rapid.Bool().Draw(d.t, "rejected") {
		o.Failure = requestlog.Failure{Code: "ConnectException", Description: "refused"}
	} else {
		o.Received = &requestlog.Received{Status: 200, Header: http.Header{"A": {"b"}}, Body: []byte("ok")}
	}
	return o
}

// commands are drawn in turn, one of each kind that the APIs and the world have.
func (d *drawn) commands() map[string]func(*rapid.T) {
	key := func(id string) requestlog.Key { return requestlog.Key{Field: requestlog.ID, Value: id} }
	steps := map[string]func(){
		"create-hook": func() {
			d.do(queue.CreateHook{Settings: queue.Settings{
				Enabled: true, Limit: 5, IngestRate: rapid.IntRange(0, 3).Draw(d.t, "rate"),
				Processing: queue.Schedule{Every: time.Minute, MaxResults: 1, Duration: 30 * time.Second},
			}})
		},
		"configure": func() {
			d.do(queue.Configure{HookID: d.hook(), Enabled: new(rapid.Bool().Draw(d.t, "enabled")), IngestRate: new(2), Schedule: &queue.Schedule{Every: time.Hour}})
		},
		"remove-hook": func() { d.do(queue.RemoveHook{HookID: d.hook()}) },
		"arrive": func() {
			if item, ok := d.do(queue.Arrive{HookID: d.hook(), Data: []byte("\x81\xa1n\x01")}).(*queue.Item); ok && item != nil {
				d.items = append(d.items, item.ID)
			}
		},
		"deliver": func() {
			ids, _ := d.do(queue.Deliver{HookID: d.hook(), Data: [][]byte{[]byte("\x80"), []byte("\x81\xa1n\x02")}}).([]string)
			d.items = append(d.items, ids...)
		},
		"begin":  func() { d.do(queue.Begin{HookID: d.hook()}) },
		"finish": func() { d.do(queue.Finish{HookID: d.hook()}) },
		"delete": func() {
			d.do(queue.Delete{HookID: d.hook(), IDs: []string{d.some(d.items)}, Rules: queue.DeleteRules{Unknown: queue.UnknownEchoed}})
		},
		"delete-all": func() {
			d.do(queue.Delete{HookID: d.hook(), All: true, Confirmed: true, Except: []string{d.some(d.items)}})
		},
		"restore-hook": func() {
			held := queue.Held{Item: &queue.Item{ID: "held", Created: time.Unix(1, 0).UTC(), Data: []byte("\x80")}, Processing: true}
			d.do(queue.RestoreHook{Hook: queue.Contents{Settings: queue.Settings{ID: 655, UDID: "restored", Limit: 9, Enabled: true}, Items: []queue.Held{held}}})
		},
		"skip-to": func() { d.do(queue.SkipTo{HookID: rapid.IntRange(1, 900).Draw(d.t, "next")}) },
		"define-with-rule": func() {
			made, ok := d.do(requestlog.DefineWithRule{
				Definition: requestlog.Definition{URL: "sink:a", Effective: true, FieldsSet: []string{"id"}}, Entity: "JOBS",
			}).(requestlog.Defined)
			if ok {
				d.definitions, d.rules = append(d.definitions, made.Definition.ID), append(d.rules, made.Rule.ID)
			}
		},
		"define": func() {
			d.do(requestlog.Define{Definition: requestlog.Definition{
				Reference: requestlog.Reference{ID: d.label("D"), Name: d.label("name")}, URL: "sink:<b>", Timeout: time.Second, Logging: requestlog.LogRejectedOnly,
			}})
		},
		"add-rule": func() {
			d.do(requestlog.AddRule{Rule: requestlog.Rule{
				Reference: requestlog.Reference{ID: d.label("R"), Name: d.label("rule")}, Entity: "JOBS", DefinitionID: d.some(append(d.definitions, d.label("D"))),
			}})
		},
		"redefine": func() {
			id := d.some(append(d.definitions, d.label("D")))
			d.do(requestlog.Redefine{Definition: requestlog.Definition{
				Reference: requestlog.Reference{ID: id, Name: d.label("name"), AlternativeCode: "A&B"}, URL: "sink:c", FieldsSet: []string{"id", "n"},
			}})
		},
		"know": func() {
			d.do(requestlog.Know{Entity: requestlog.Entity{Entity: "JOBS", EntityID: d.label("E"), Data: []byte(`{"n": 1.0,"t":"<é>"}`)}})
		},
		"load": func() {
			id := d.label("L")
			if _, ok := d.do(requestlog.Load{Request: requestlog.Request{
				ID: id, Number: rapid.Uint64Range(0, 40).Draw(d.t, "number"), Entity: "JOBS", URL: "sink:a", Data: []byte(`{"n":1}`), Rejected: true,
				Created: time.Unix(7, 0).UTC(), Updated: time.Unix(8, 0).UTC(),
			}}).(*requestlog.Request); ok {
				d.logged = append(d.logged, id)
			}
		},
		"replace": func() {
			id := d.some(d.logged)
			d.do(requestlog.Replace{ID: id, Request: requestlog.Request{
				ID: id, Number: rapid.Uint64Range(0, 40).Draw(d.t, "number"), Entity: "CONTACTS", URL: "sink:d", Data: []byte(`{"a":"\u003c"}`), Code: "code",
				Received: &requestlog.Received{Status: 204, Header: http.Header{"B": {"c", "d"}}},
			}})
		},
		"skip-requests": func() {
			d.do(requestlog.SkipTo{Number: rapid.Uint64Range(0, 60).Draw(d.t, "next")})
		},
		"undefine": func() { d.do(requestlog.Undefine{DefinitionID: d.some(d.definitions)}) },
		"fire": func() {
			if a, ok := d.do(requestlog.Fire{Rule: key(d.some(d.rules)), Data: []byte(`{"id":"<1>","n":1.0}`)}).(requestlog.Attempt); ok {
				d.started = append(d.started, a)
			}
		},
		"log": func() {
			if len(d.started) > 0 {
				if r, ok := d.do(requestlog.Log{Attempt: d.started[0], Outcome: d.outcome()}).(*requestlog.Request); ok && r != nil {
					d.logged = append(d.logged, r.ID)
				}
				d.started = d.started[1:]
			}
		},
		"resend": func() {
			if a, ok := d.do(requestlog.Resend{Key: key(d.some(d.logged)), ReRead: true}).(requestlog.Attempt); ok {
				d.do(requestlog.Resent{Attempt: a, Outcome: d.outcome(), NewRecord: rapid.Bool().Draw(d.t, "new"), By: "demo"})
			}
		},
		"restore": func() {
			d.do(requestlog.Restore{Request: requestlog.Request{Entity: "JOBS", URL: "sink:a", Rejected: true}})
		},
		"delete-request": func() { d.do(requestlog.Delete{Key: key(d.some(d.logged))}) },
		"logins": func() {
			d.do(login.Set{Logins: []login.Login{{Organisation: "o", Username: "u", Password: "p"}}, Own: true})
		},
		"refuse-login": func() {
			d.do(login.Refuse{Organisation: "o", Username: rapid.SampledFrom([]string{"u", "v"}).Draw(d.t, "user"), Password: "p"})
		},
		"clock": func() {
			d.do(world.SetClock{Clock: clock.Stopped(time.Date(2026, 1, 1, 0, rapid.IntRange(0, 90).Draw(d.t, "minute"), 0, 0, time.UTC))})
		},
		"dialect":    func() { d.do(world.SetDialect{Dialect: contract.Dialect{"makecom/delete/unknown-id": "echoed"}}) },
		"variations": func() { d.do(world.SetVariations{Seed: new(rapid.Int64().Draw(d.t, "seed"))}) },
		"faults": func() {
			d.do(world.SetFaults{Rules: []fault.Rule{{Operation: fault.Any, Every: 2, Status: 503, Latency: fault.Latency{From: time.Second, To: 2 * time.Second}}}})
		},
		"ask-faults":   func() { d.do(world.AskFaults{Operation: "listHooks"}) },
		"limit":        func() { d.do(world.SetLimit{Vendor: "make", PerMinute: rapid.IntRange(0, 5).Draw(d.t, "limit")}) },
		"hold-limit":   func() { d.do(world.HoldLimit{Vendor: "make", PerMinute: rapid.IntRange(0, 5).Draw(d.t, "held")}) },
		"let-go":       func() { d.do(world.LetGo{Vendor: "make", PerMinute: rapid.IntRange(0, 5).Draw(d.t, "let go")}) },
		"spend":        func() { d.do(world.Spend{Vendor: "make"}) },
		"mutant":       func() { d.do(world.SetMutant{ID: "makecom/delete/ids/only-first"}) },
		"take-id":      func() { d.do(world.TakeID{}) },
		"token-id":     func() { d.do(world.TakeTokenID{}) },
		"mint-token":   func() { d.do(world.MintToken{Grant: world.Grant{Scopes: []string{"hooks:read"}}}) },
		"issue-token":  func() { d.do(world.IssueToken{Token: d.world.Name + "-own", Grant: world.Grant{User: "demo"}}) },
		"revoke-token": func() { d.do(world.RevokeToken{Token: d.world.Name + "-own"}) },
		"program-sink": func() {
			d.do(world.ProgramSink{Name: "a", Answers: []sink.Answer{{Status: 500, Times: 2, Delay: time.Second}, {Body: []byte("<ok>")}}})
		},
		"remove-sink": func() { d.do(world.RemoveSink{Name: "a"}) },
		"receive": func() {
			d.do(world.Receive{Name: "a", Delivery: sink.Delivery{Method: "POST", Body: []byte("\xff"), Header: http.Header{"A": {"b"}}}})
		},
		"reset": func() { d.do(world.Reset{}) },
	}
	drawn := map[string]func(*rapid.T){}
	for name, step := range steps {
		drawn[name] = func(t *rapid.T) { d.t = t; step() }
	}
	return drawn
}

// export is a world as its file has it.
func export(t *rapid.T, mock *mockserver.Server, w *world.World) string {
	t.Helper()
	return encoded(t, mock, mock.Worlds().Export(w))
}

// encoded is a world file's text.
func encoded(t *rapid.T, mock *mockserver.Server, base world.Base) string {
	t.Helper()
	file, err := worldfile.Of(base, mock.APIs()...)
	if err != nil {
		t.Fatal(err)
	}
	text, err := file.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// stopped is a world of the documented examples whose clock stands still, the same each time.
func stopped(t *rapid.T, mock *mockserver.Server, name string) *world.World {
	t.Helper()
	base := mockserver.Documented(mock.APIs()...)
	base.Now = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	w, err := mock.Worlds().Put(name, base)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// What commands made of a world, the same commands make of another one, after they were written down and read back.
func TestRecordedCommandsMakeTheSameWorld(t *testing.T) {
	mock, err := mockserver.New()
	if err != nil {
		t.Fatal(err)
	}
	n, kinds := 0, map[string]bool{}
	fresh := func(t *rapid.T) *world.World { // every one of the same seed
		n++
		return stopped(t, mock, fmt.Sprint("w", n))
	}
	play := func(t *rapid.T) {
		first := fresh(t)
		var records [][]byte
		first.Follow(func(r world.Record) {
			text, err := json.Marshal(r)
			if err != nil {
				t.Fatal(err)
			}
			records = append(records, text)
			kinds[r.Command.Kind()] = true
		})
		d := &drawn{t: t, world: first, definitions: []string{"3C5E7A9B1D2F4C6E8A0B2C4D6E8F0A1B"}, rules: []string{"6A8C0E2F4B6D48A0C2E4F60819A2B3C4"}, logged: []string{"1D7C4B0E5A9F4C0B8E2D3F6A7B8C9D0E"}}
		t.Repeat(d.commands())
		want := export(t, mock, first)
		if err := mock.Worlds().Delete(first.Name); err != nil { // the tokens are free for the other world
			t.Fatal(err)
		}
		second := fresh(t)
		for _, text := range records {
			r, err := mock.Worlds().ReadRecord(text)
			if err == nil {
				_, err = second.Replay(r)
			}
			if err != nil {
				t.Fatalf("%s: %v", text, err)
			}
		}
		if diff := cmp.Diff(want, renamed(export(t, mock, second), second.Name, first.Name)); diff != "" {
			t.Fatalf("world (-first +replayed):\n%s", diff)
		}
	}
	rapid.Check(t, play)
	for range 20 { // a short run draws few sequences, and may miss a kind
		if len(neverDrawn(mock, kinds)) > 0 {
			rapid.Check(t, play)
		}
	}
	for _, kind := range neverDrawn(mock, kinds) {
		t.Errorf("no sequence had a %s", kind)
	}
}

// neverDrawn are the kinds of commands that no sequence had.
func neverDrawn(mock *mockserver.Server, kinds map[string]bool) []string {
	all := world.Commands()
	for _, api := range mock.APIs() {
		for _, part := range api.Parts {
			all = append(all, part.Commands()...)
		}
	}
	var missing []string
	for _, c := range all {
		if !kinds[c.Kind()] && !onlyKept(c) {
			missing = append(missing, c.Kind())
		}
	}
	return missing
}

// renamed is an export with the names that tokens have from one world's name changed to another's.
func renamed(text, from, to string) string {
	return strings.ReplaceAll(text, `"`+from+"-own", `"`+to+"-own")
}

// onlyKept tells commands that a store alone gives, to bring back what it kept; other tests open stores.
func onlyKept(c world.Command) bool {
	switch c.(type) {
	case requestlog.Recall, queue.Refill:
		return true
	}
	return false
}
