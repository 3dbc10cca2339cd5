package sink_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/mockserver/sink"
)

func receive(t *testing.T, s *sink.State, body string) int {
	t.Helper()
	answer, err := s.Receive(sink.Receive{Name: "shop", Delivery: sink.Delivery{Body: []byte(body)}})
	if err != nil {
		t.Fatal(err)
	}
	return answer.Status
}

func TestAnswersComeInTurnAndTheLastGoesOn(t *testing.T) {
	s := sink.NewState()
	if got := receive(t, s, ""); got != 200 {
		t.Errorf("a sink that was never programmed answers %d", got)
	}
	if err := s.Program(sink.Program{Name: "shop", Answers: []sink.Answer{{Status: 500, Times: 2}, {}, {Status: 404}}}); err != nil {
		t.Fatal(err)
	}
	var got []int
	for range 6 {
		got = append(got, receive(t, s, ""))
	}
	if diff := cmp.Diff([]int{500, 500, 200, 404, 404, 404}, got); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
}

func TestForkGoesOnWithTheSameAnswers(t *testing.T) {
	s := sink.NewState()
	if err := s.Program(sink.Program{Name: "shop", Answers: []sink.Answer{{Status: 500, Times: 3}, {Status: 200}}}); err != nil {
		t.Fatal(err)
	}
	receive(t, s, "both")
	fork := s.Fork()
	receive(t, s, "first")
	receive(t, fork, "second")
	for name, state := range map[string]*sink.State{"first": s, "second": fork} {
		got, err := state.Sink("shop")
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Deliveries) != 2 || string(got.Deliveries[1].Body) != name || got.Answers[0].Times != 1 {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}

func TestWhatIsRememberedIsBounded(t *testing.T) {
	s := sink.NewState()
	for i := range sink.MaxDeliveries + 10 {
		receive(t, s, fmt.Sprint(i))
	}
	receive(t, s, strings.Repeat("x", sink.MaxBody+1))
	got, err := s.Sink("shop")
	if err != nil {
		t.Fatal(err)
	}
	last := got.Deliveries[len(got.Deliveries)-1]
	if len(got.Deliveries) != sink.MaxDeliveries || string(got.Deliveries[0].Body) != "11" || !last.Truncated || len(last.Body) != sink.MaxBody {
		t.Errorf("%d deliveries from %q on, the last of %d bytes, truncated %t", len(got.Deliveries), got.Deliveries[0].Body, len(last.Body), last.Truncated)
	}
	for range 200 {
		receive(t, s, string(bytes.Repeat([]byte("x"), sink.MaxBody)))
	}
	got, _ = s.Sink("shop")
	total := 0
	for _, d := range got.Deliveries {
		total += len(d.Body)
	}
	if total > 4<<20 {
		t.Errorf("%d bytes are kept", total)
	}
}

func TestSinkRefuses(t *testing.T) {
	s := sink.NewState()
	for _, name := range []string{"", "..", "a/b", "a b", strings.Repeat("x", 65)} {
		if err := s.Program(sink.Program{Name: name}); !errors.Is(err, sink.ErrName) {
			t.Errorf("%q: got error %v", name, err)
		}
	}
	if err := s.Program(sink.Program{Name: "shop", Answers: []sink.Answer{{Status: 99}}}); !errors.Is(err, sink.ErrNoStatus) {
		t.Errorf("status 99: got error %v", err)
	}
	if _, err := s.Sink("none"); !errors.Is(err, sink.ErrNoSink) {
		t.Errorf("got error %v", err)
	}
}

func TestLocate(t *testing.T) {
	const base = "http://127.0.0.1:8654"
	for address, want := range map[string]string{
		"sink:shop": "here/shop",
		base + "/_understudy/v1/worlds/there/sinks/shop":                   "there/shop",
		"HTTP://127.0.0.1:8654/_understudy/v1/worlds/there/sinks/shop?a=b": "there/shop",
		"http://127.0.0.1:1/_understudy/v1/worlds/there/sinks/shop":        "none",
		base + "/_understudy/v1/worlds/there":                              "none",
		base + "/_understudy/v1/worlds/a/b/sinks/shop":                     "none",
		"sink:": "none",
		"::":    "none",
	} {
		got := "none"
		if w, name, ok := sink.Locate(base, "here", address); ok {
			got = w + "/" + name
		}
		if got != want {
			t.Errorf("%s leads to %s, want %s", address, got, want)
		}
	}
	if got, want := sink.Absolute(base, "here", "sink:shop"), base+sink.Path("here", "shop"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// What a sender can make large counts, headers too.
func TestHeadersOfDeliveriesAreBounded(t *testing.T) {
	const each = 60 << 10
	s := sink.NewState()
	for range 200 {
		d := sink.Delivery{Path: "/" + strings.Repeat("x", each/2), Header: map[string][]string{"X-Long": {strings.Repeat("x", each/2)}}}
		if _, err := s.Receive(sink.Receive{Name: "shop", Delivery: d}); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.Sink("shop")
	if err != nil {
		t.Fatal(err)
	}
	if kept := len(got.Deliveries); kept == 0 || kept > sink.MaxBytes/each {
		t.Errorf("%d deliveries are kept", kept)
	}
}
