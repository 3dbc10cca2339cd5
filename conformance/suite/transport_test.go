package suite

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// script answers requests one after the other.
type script struct {
	steps []func(*http.Request) (*http.Response, error)
	sent  []*http.Request
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	step := s.steps[min(len(s.sent), len(s.steps)-1)]
	s.sent = append(s.sent, r)
	return step(r)
}

func answers(status int, header ...string) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) {
		r := &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader("{}"))}
		for i := 0; i+1 < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		return r, nil
	}
}

func breaks(op string) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) {
		return nil, &net.OpError{Op: op, Err: errors.New("connection reset by peer")}
	}
}

func hangs(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func runOn(t *testing.T, s *script, c Config) *Run {
	t.Helper()
	document, err := ParseDocument([]byte(`{openapi: 3.0.3, info: {title: t, version: "1"}, paths: {}}`))
	if err != nil {
		t.Fatal(err)
	}
	c.BaseURL, c.Transport, c.Mode = "http://target", s, Disposable
	c.Effect = func(*Request) Effect { return Effect{Reads: true} }
	return NewRun(c, document)
}

func TestSending(t *testing.T) {
	type steps = []func(*http.Request) (*http.Response, error)
	var lost *Interrupted
	for name, c := range map[string]struct {
		method string
		steps  steps
		sent   int
		took   time.Duration // at least
		fails  any           // nil, an error value or a pointer for errors.As
	}{
		"a read is sent again":                  {http.MethodGet, steps{breaks("read"), breaks("read"), answers(200)}, 3, 0, nil},
		"a deletion that broke is in doubt":     {http.MethodDelete, steps{breaks("read"), answers(200)}, 1, 0, &lost},
		"what never left is sent again":         {http.MethodDelete, steps{breaks("dial"), answers(200)}, 2, 0, nil},
		"a 429 is waited out by seconds":        {http.MethodDelete, steps{answers(429, "Retry-After", "7"), answers(200)}, 2, 7 * time.Second, nil},
		"a 429 is waited out until a date":      {http.MethodGet, steps{answers(429, "Retry-After", "Sat, 01 Jan 2000 00:00:09 GMT"), answers(200)}, 2, 9 * time.Second, nil},
		"a 429 is waited out until an epoch":    {http.MethodGet, steps{answers(429, "X-RateLimit-Reset", "946684812"), answers(200)}, 2, 12 * time.Second, nil},
		"a 503 that says when is waited out":    {http.MethodGet, steps{answers(503, "Retry-After", "1"), answers(200)}, 2, time.Second, nil},
		"a 503 that does not is an answer":      {http.MethodGet, steps{answers(503)}, 1, 0, nil},
		"a 429 without end is given up":         {http.MethodGet, steps{answers(429, "Retry-After", "40")}, 3, 80 * time.Second, ErrThrottled},
		"a clock that is behind is no hurry":    {http.MethodGet, steps{answers(429, "X-RateLimit-Reset", "1")}, 17, 80 * time.Second, ErrThrottled},
		"a time-out is an error, not a retry":   {http.MethodGet, steps{hangs}, 1, 10 * time.Second, "no answer within 10s"},
		"a deletion that hangs is an error too": {http.MethodDelete, steps{hangs}, 1, 10 * time.Second, "no answer within 10s"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				s := &script{steps: c.steps}
				run := runOn(t, s, Config{})
				_, err := run.Session("x", 0).Do(t.Context(), &Request{Method: c.method, Path: "/x"})
				checkError(t, err, c.fails)
				if len(s.sent) != c.sent || run.Requests() != c.sent {
					t.Errorf("sent %d, counted %d, want %d", len(s.sent), run.Requests(), c.sent)
				}
				if took := time.Since(began); took < c.took || took > c.took+2*time.Second {
					t.Errorf("took %v, want %v", took, c.took)
				}
			})
		})
	}
}

func checkError(t *testing.T, err error, want any) {
	t.Helper()
	ok := err == nil
	switch want := want.(type) {
	case error:
		ok = errors.Is(err, want)
	case string:
		ok = err != nil && strings.Contains(err.Error(), want)
	case **Interrupted:
		ok = errors.As(err, want)
	}
	if !ok {
		t.Errorf("want %v, got %v", want, err)
	}
}

func TestUserAgentNamesTheRequirement(t *testing.T) {
	s := &script{steps: []func(*http.Request) (*http.Response, error){answers(200)}}
	run := runOn(t, s, Config{Version: "v1"})
	if _, err := run.Session("makecom/list/shape", 0).Do(t.Context(), &Request{Method: http.MethodGet, Path: "/x"}); err != nil {
		t.Fatal(err)
	}
	if got := s.sent[0].Header.Get("User-Agent"); got != "understudy/v1 (makecom/list/shape)" {
		t.Errorf("got %q", got)
	}
}

func TestAHangingTargetIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{steps: []func(*http.Request) (*http.Response, error){hangs}}
		session := runOn(t, s, Config{}).Session("x", 0)
		var err error
		for range 10 {
			_, err = session.Do(t.Context(), &Request{Method: http.MethodGet, Path: "/x"})
		}
		if !errors.Is(err, ErrSilent) || len(s.sent) != mostSilent {
			t.Errorf("%d requests, then %v", len(s.sent), err)
		}
	})
}

func TestRateSpreadsRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		session := runOn(t, &script{steps: []func(*http.Request) (*http.Response, error){answers(200)}}, Config{Rate: 4}).Session("x", 0)
		for range 9 {
			if _, err := session.Do(t.Context(), &Request{Method: http.MethodGet, Path: "/x"}); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(began); took != 2*time.Second {
			t.Errorf("nine requests at four a second took %v", took)
		}
	})
}

// The seed decides choices; what is made up is new in every run, unless the run's id is repeated.
func TestSeedAndRunID(t *testing.T) {
	s := &script{steps: []func(*http.Request) (*http.Response, error){answers(200)}}
	made := func(c Config, id string) (choice, made string) {
		session := runOn(t, s, c).Session(id, 0)
		return fmt.Sprint(session.Rand().Uint64()), session.HexID() + session.Mark()
	}
	const run = "0123456789ab"
	choice, first := made(Config{Seed: 1, RunID: run}, "x")
	for name, c := range map[string]struct {
		config               Config
		id                   string
		sameChoice, sameData bool
	}{
		"again":         {Config{Seed: 1, RunID: run}, "x", true, true},
		"another run":   {Config{Seed: 1}, "x", true, false},
		"another seed":  {Config{Seed: 2, RunID: run}, "x", false, true},
		"another check": {Config{Seed: 1, RunID: run}, "y", false, false},
	} {
		t.Run(name, func(t *testing.T) {
			otherChoice, other := made(c.config, c.id)
			if (otherChoice == choice) != c.sameChoice || (other == first) != c.sameData {
				t.Errorf("choices %s and %s, data %s and %s", choice, otherChoice, first, other)
			}
		})
	}
	if !strings.HasPrefix(first, run) {
		t.Errorf("%s is not told from what others made", first)
	}
}

func TestSessionsOfOneNameMakeDifferentThings(t *testing.T) {
	run := runOn(t, &script{}, Config{})
	if one, other := run.Session("explore", 0).HexID(), run.Session("explore", 0).HexID(); one == other {
		t.Error(one, "was made twice")
	}
}
