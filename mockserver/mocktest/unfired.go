package mocktest

import (
	"context"
	"errors"
	"net/http"

	"github.com/understudy-mock/understudy/generated/control"
)

// noteUnfired remembers which of the test's faults never fired, before they are replaced.
func (b *Bench) noteUnfired() {
	if !b.faulty {
		return
	}
	asked := control.Verify{Expectations: []control.Expectation{{EveryFault: true}}}
	err := b.call(context.WithoutCancel(b.t.Context()), http.MethodPost, "/journal/verify", asked, nil)
	if refused := new(problemError); errors.As(err, &refused) && refused.Code == unsatisfied {
		b.unfired = append(b.unfired, refused.Message)
	}
}

// logUnfired tells at the end of a test which faults it has set and never met. A test that wants to fail of that asks for [EveryFault].
func (b *Bench) logUnfired() {
	b.noteUnfired()
	for _, message := range b.unfired {
		b.t.Logf("mocktest: %s", message)
	}
}
