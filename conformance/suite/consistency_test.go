package suite

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

func get() *Request { return &Request{Method: http.MethodGet, Path: "/x"} }

func deletion() *Request { return &Request{Method: http.MethodDelete, Path: "/x"} }

func do(t *testing.T, s *Session, r *Request) {
	t.Helper()
	if _, err := s.Do(t.Context(), r); err != nil {
		t.Fatal(err)
	}
}

// honours tells the ledger that only a GET reads.
func honours(r *Request) Effect { return Effect{Reads: r.Method == http.MethodGet, Scope: "x"} }

// eventual is a session on a target that shows changes within a second, and has just been told one.
func eventual(t *testing.T, c Consistency, told bool) *Session {
	t.Helper()
	run := runOn(t, &script{steps: []func(*http.Request) (*http.Response, error){answers(200)}}, Config{Consistency: c})
	run.config.Effect = honours
	run.Ledger.Mint("x")
	s := run.Session("x", 0)
	if told {
		do(t, s, deletion())
	}
	return s
}

func TestSettled(t *testing.T) {
	no := &Violation{Want: "a", Got: "b"}
	broken := errors.New("broken")
	settled, await := (*Session).Settled, (*Session).Await
	for name, c := range map[string]struct {
		search func(*Session, context.Context, func(context.Context) error) error
		told   bool
		row    int
		looks  []error // the last one repeats
		want   error
		looked int
		took   time.Duration
	}{
		"later":                        {settled, true, 0, []error{no, no, nil}, nil, 4, time.Second},
		"three in a row":               {settled, true, 3, []error{nil, no, nil, nil, nil}, nil, 6, time.Second},
		"never":                        {settled, true, 0, []error{no}, no, 21, time.Second},
		"cannot look":                  {settled, true, 0, []error{broken, nil}, broken, 1, 0},
		"agrees too soon":              {settled, true, 0, []error{nil, no}, no, 2, time.Second},
		"agrees and stays":             {settled, true, 0, []error{nil}, nil, 2, time.Second},
		"what was made is there":       {await, true, 0, []error{nil, no}, nil, 1, 0},
		"nothing was changed":          {settled, false, 0, []error{nil}, nil, 1, 0},
		"nothing was changed, and no":  {settled, false, 0, []error{no}, no, 1, 0},
		"three in a row, none changed": {settled, false, 3, []error{nil}, nil, 3, 100 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := eventual(t, Consistency{Within: time.Second, Successes: c.row}, c.told)
				began, looked := time.Now(), 0
				err := c.search(s, t.Context(), func(context.Context) error {
					looked++
					return c.looks[min(looked, len(c.looks))-1]
				})
				if !errors.Is(err, c.want) || looked != c.looked {
					t.Errorf("%v after %d looks, want %v after %d", err, looked, c.want, c.looked)
				}
				// An agreement that is held against a last look ends no sooner than the change must show.
				if took := time.Since(began); took < c.took || took > c.took+5*time.Millisecond {
					t.Errorf("took %v, want %v", took, c.took)
				}
			})
		})
	}
}

func TestReadsWaitUntilChangesShow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := eventual(t, Consistency{Within: time.Second}, false)
		began := time.Now()
		took := func(want time.Duration) {
			t.Helper()
			if got := time.Since(began); got != want {
				t.Errorf("after %v, want %v", got, want)
			}
		}
		do(t, s, get())
		took(0) // nothing has changed yet
		do(t, s, deletion())
		do(t, s, deletion())
		took(0)
		do(t, s, get())
		took(time.Second)
		do(t, s, get())
		took(time.Second)
		do(t, s, deletion())
		err := s.Await(t.Context(), func(ctx context.Context) error { _, err := s.Do(ctx, get()); return err })
		if err != nil {
			t.Fatal(err)
		}
		took(time.Second) // a search does not wait
	})
}
