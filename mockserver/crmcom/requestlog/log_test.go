package requestlog_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
)

const entity, key = "ACTIVITIES", "secret"

func noon() time.Time { return time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC) }

func refused() requestlog.Failure {
	return requestlog.Failure{Code: "ConnectException", Description: "Connection refused"}
}

// newState has the definitions d1 and d2 with a rule each, r1 and r2.
func newState(t *testing.T) *requestlog.State {
	t.Helper()
	s := requestlog.NewState()
	for _, n := range []string{"1", "2"} {
		d := requestlog.Definition{
			Reference: requestlog.Reference{ID: "d" + n, Name: "definition " + n, AlternativeCode: "D-" + n},
			URL:       "http://127.0.0.1/" + n, SecretKey: key, Effective: true,
		}
		if err := s.Do(requestlog.Define{Definition: d}); err != nil {
			t.Fatal(err)
		}
		r := requestlog.Rule{Reference: requestlog.Reference{ID: "r" + n, Name: "rule " + n}, Entity: entity, DefinitionID: "d" + n}
		if err := s.Do(requestlog.AddRule{Rule: r}); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func byID(id string) requestlog.Key { return requestlog.Key{Field: requestlog.ID, Value: id} }

// send lets a rule fire and logs what came of it.
func send(t *testing.T, s *requestlog.State, id, rule, entityID string, f requestlog.Failure, at time.Time) *requestlog.Request {
	t.Helper()
	data, err := json.Marshal(map[string]string{"id": entityID})
	if err != nil {
		t.Fatal(err)
	}
	a, err := s.Fire(requestlog.Fire{Rule: byID(rule), EntityID: entityID, Data: data})
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Log(requestlog.LogAt{Log: requestlog.Log{Attempt: a, Outcome: requestlog.Outcome{Code: "code", Failure: f}, ID: id}, At: at})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestFireSendsWhatTheFieldsSetNames(t *testing.T) {
	s := newState(t)
	d, err := s.Definition(byID("d1"))
	if err != nil {
		t.Fatal(err)
	}
	d.FieldsSet = []string{"b", "missing", "a"}
	if err := s.Do(requestlog.Redefine{Definition: d}); err != nil {
		t.Fatal(err)
	}
	a, err := s.Fire(requestlog.Fire{Rule: byID("r1"), EntityID: "e", Data: []byte(`{ "a": 1.50, "b": "<é>", "c": null }`)})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(a.Data), `{"a":1.50,"b":"<é>"}`; got != want {
		t.Errorf("sent %s, want %s", got, want)
	}
	if a.Entity != entity || a.URL != d.URL || a.SecretKey != key || a.Rule.ID != "r1" {
		t.Errorf("got attempt %+v", a)
	}
}

func TestFireRefuses(t *testing.T) {
	s := newState(t)
	d, _ := s.Definition(byID("d2"))
	d.Effective = false
	if err := s.Do(requestlog.Redefine{Definition: d}); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		fire requestlog.Fire
		want error
	}{
		"unknown rule":  {requestlog.Fire{Rule: byID("r9")}, requestlog.ErrNoRule},
		"other entity":  {requestlog.Fire{Rule: byID("r1"), Entity: "JOBS"}, requestlog.ErrOtherEntity},
		"no object":     {requestlog.Fire{Rule: byID("r1"), Data: []byte(`[]`)}, requestlog.ErrData},
		"no JSON":       {requestlog.Fire{Rule: byID("r1"), Data: []byte(`{`)}, requestlog.ErrData},
		"not effective": {requestlog.Fire{Rule: byID("r2")}, requestlog.ErrNotEffective},
	} {
		if _, err := s.Fire(test.fire); !errors.Is(err, test.want) {
			t.Errorf("%s: got error %v, want %v", name, err, test.want)
		}
	}
}

func TestLoggingRejectedOnly(t *testing.T) {
	s := newState(t)
	d, _ := s.Definition(byID("d1"))
	d.Logging = requestlog.LogRejectedOnly
	if err := s.Do(requestlog.Redefine{Definition: d}); err != nil {
		t.Fatal(err)
	}
	a, err := s.Fire(requestlog.Fire{Rule: byID("r1")})
	if err != nil {
		t.Fatal(err)
	}
	if a.Logs(requestlog.Outcome{}) || !a.Logs(requestlog.Outcome{Failure: refused()}) {
		t.Error("a success is logged, or a failure is not")
	}
}

func TestNumbersAreNeverGivenTwice(t *testing.T) {
	s := newState(t)
	for i := range 3 {
		r := send(t, s, fmt.Sprint("id", i), "r1", "e", requestlog.Failure{}, noon())
		if r.Number != uint64(i+1) {
			t.Errorf("got number %d, want %d", r.Number, i+1)
		}
		if _, err := s.Delete(requestlog.Delete{Key: requestlog.NumberKey(r.Number)}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Restore(requestlog.Restore{Request: requestlog.Request{ID: "old", Number: 40}}); err != nil {
		t.Fatal(err)
	}
	if r := send(t, s, "new", "r1", "e", requestlog.Failure{}, noon()); r.Number != 41 {
		t.Errorf("got number %d after 40", r.Number)
	}
}

func TestRequestIsFoundByItsKeysOnly(t *testing.T) {
	s := newState(t)
	r := send(t, s, "id", "r1", "e", requestlog.Failure{}, noon())
	for _, k := range []requestlog.Key{byID("id"), requestlog.NumberKey(1)} {
		if got, err := s.Request(k); err != nil || got != r {
			t.Errorf("%s: got %v, %v", k, got, err)
		}
	}
	for _, k := range []requestlog.Key{
		byID("ID"), byID(""),
		{Field: requestlog.Number, Value: "01"},
		{Field: requestlog.Number, Value: "+1"},
		{Field: requestlog.Number},
		{Field: requestlog.Name, Value: "id"},
	} {
		if _, err := s.Request(k); !errors.Is(err, requestlog.ErrNoRequest) {
			t.Errorf("%s: got error %v", k, err)
		}
	}
}

func TestResend(t *testing.T) {
	later := noon().Add(90 * time.Second)
	for name, test := range map[string]struct {
		failure   requestlog.Failure
		newRecord bool
		want      requestlog.Request
	}{
		"succeeds":                {want: requestlog.Request{ID: "first", Number: 1, Created: noon(), UpdatedBy: "demo"}},
		"fails again":             {failure: refused(), want: requestlog.Request{ID: "first", Number: 1, Rejected: true, Created: noon(), UpdatedBy: "demo"}},
		"succeeds as a new one":   {newRecord: true, want: requestlog.Request{ID: "second", Number: 2, Created: later, CreatedBy: "demo"}},
		"fails and stays the old": {failure: refused(), newRecord: true, want: requestlog.Request{ID: "first", Number: 1, Rejected: true, Created: noon(), UpdatedBy: "demo"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newState(t)
			send(t, s, "first", "r1", "e", requestlog.Failure{Code: "old"}, noon())
			a, err := s.Resend(requestlog.Resend{Key: byID("first")})
			if err != nil {
				t.Fatal(err)
			}
			got, err := s.Resent(requestlog.ResentAt{At: later, Resent: requestlog.Resent{
				Attempt: a, Outcome: requestlog.Outcome{Failure: test.failure}, NewRecord: test.newRecord, ID: "second", By: "demo",
			}})
			if err != nil {
				t.Fatal(err)
			}
			short := requestlog.Request{
				ID: got.ID, Number: got.Number, Rejected: got.Rejected, Created: got.Created, CreatedBy: got.CreatedBy, UpdatedBy: got.UpdatedBy,
			}
			if diff := cmp.Diff(test.want, short); diff != "" {
				t.Errorf("request (-want +got):\n%s", diff)
			}
			if got.Failure != test.failure || !got.Updated.Equal(later) || string(got.Data) != `{"id":"e"}` {
				t.Errorf("got %+v", got)
			}
			if all := s.Requests(); len(all) != 1 || all[0] != got {
				t.Errorf("the log has %d requests", len(all))
			}
		})
	}
}

func TestResendRefuses(t *testing.T) {
	s := newState(t)
	send(t, s, "good", "r1", "e", requestlog.Failure{}, noon())
	send(t, s, "bad", "r1", "e", refused(), noon())
	if _, err := s.Resend(requestlog.Resend{Key: byID("good")}); !errors.Is(err, requestlog.ErrNotRejected) {
		t.Errorf("a successful one: got error %v", err)
	}
	if _, err := s.Resend(requestlog.Resend{Key: byID("none")}); !errors.Is(err, requestlog.ErrNoRequest) {
		t.Errorf("an unknown one: got error %v", err)
	}
	a, err := s.Resend(requestlog.Resend{Key: byID("bad")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Delete(requestlog.Delete{Key: byID("bad")}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Resent(requestlog.ResentAt{Resent: requestlog.Resent{Attempt: a}}); !errors.Is(err, requestlog.ErrChanged) {
		t.Errorf("one that was deleted meanwhile: got error %v", err)
	}
	if s.Len() != 1 {
		t.Errorf("the log has %d requests, want 1", s.Len())
	}
}

func TestResendReadsAgain(t *testing.T) {
	s := newState(t)
	send(t, s, "bad", "r1", "e", refused(), noon())
	d, _ := s.Definition(byID("d1"))
	d.URL, d.SecretKey, d.FieldsSet = "http://127.0.0.1/new", "new", []string{"id", "v"}
	if err := s.Do(requestlog.Redefine{Definition: d}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Fire(requestlog.Fire{Rule: byID("r2"), EntityID: "e", Data: []byte(`{"v":2,"w":3}`)}); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		reRead         bool
		url, key, data string
	}{
		{false, "http://127.0.0.1/1", key, `{"id":"e"}`},
		{true, "http://127.0.0.1/new", "new", `{"v":2}`},
	} {
		a, err := s.Resend(requestlog.Resend{Key: byID("bad"), ReRead: test.reRead})
		if err != nil {
			t.Fatal(err)
		}
		if a.URL != test.url || a.SecretKey != test.key || string(a.Data) != test.data {
			t.Errorf("read again %t: got %q, %q, %s", test.reRead, a.URL, a.SecretKey, a.Data)
		}
	}
}

func TestKeysBelongToOneDefinition(t *testing.T) {
	s := newState(t)
	for _, r := range []requestlog.Reference{
		{ID: "d1", Name: "x"}, {ID: "x", Name: "definition 1"}, {ID: "x", Name: "x", AlternativeCode: "D-2"},
	} {
		if err := s.Do(requestlog.Define{Definition: requestlog.Definition{Reference: r}}); !errors.Is(err, requestlog.ErrTaken) {
			t.Errorf("%+v: got error %v", r, err)
		}
	}
	if err := s.Do(requestlog.Undefine{DefinitionID: "d1"}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Rule(byID("r1")); !errors.Is(err, requestlog.ErrNoRule) {
		t.Errorf("the rule of a definition that is gone: got error %v", err)
	}
	if err := s.Do(requestlog.Define{Definition: requestlog.Definition{Reference: requestlog.Reference{ID: "d1", Name: "definition 1"}}}); err != nil {
		t.Errorf("keys that are free again: %v", err)
	}
}

func TestForkGoesItsOwnWay(t *testing.T) {
	s := newState(t)
	send(t, s, "both", "r1", "e", refused(), noon())
	fork := s.Copy()
	send(t, fork, "fork", "r1", "e", refused(), noon())
	if _, err := s.Delete(requestlog.Delete{Key: byID("both")}); err != nil {
		t.Fatal(err)
	}
	if s.Len() != 0 || fork.Len() != 2 {
		t.Errorf("the state has %d requests, its fork %d; want 0 and 2", s.Len(), fork.Len())
	}
}

func TestListRefuses(t *testing.T) {
	s := newState(t)
	none := byID("none")
	for _, test := range []struct {
		list requestlog.List
		want error
	}{
		{requestlog.List{Limit: 1}, requestlog.ErrNoFilter},
		{requestlog.List{Definition: &none}, requestlog.ErrNoDefinition},
		{requestlog.List{Rule: &none}, requestlog.ErrNoRule},
	} {
		if _, err := s.List(test.list); !errors.Is(err, test.want) {
			t.Errorf("got error %v, want %v", err, test.want)
		}
	}
}

// An index that runs one value into the next would mix up these.
func TestListTellsSimilarEntitiesApart(t *testing.T) {
	s := newState(t)
	ids := []string{"a", "a\x00", "a\x00\xff\xff\xff\xff", "aa", "b"}
	for i, id := range ids {
		send(t, s, fmt.Sprint("id", i), "r1", id, requestlog.Failure{}, noon())
	}
	for i, id := range ids {
		page, err := s.List(requestlog.List{EntityID: &id, Limit: -1})
		if err != nil || len(page) != 1 || page[0].ID != fmt.Sprint("id", i) {
			t.Errorf("%q: got %d requests, %v", id, len(page), err)
		}
	}
}
