package wrap

import (
	"context"
	"net/http"

	"github.com/understudy-mock/understudy/mockserver/egress"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// Stage is where a mutant plays.
type Stage struct {
	Worlds *world.Registry
	World  *world.World  // nil where the request opens none
	Server *world.Memory // of what concerns the server as a whole
	Egress *egress.Sender
	Base   string // scheme and host by which the client reached the mock
	Setup  Setup  // zero for a call of the vendor's API
}

type stageKey struct{}

// Play lets a mutant handle requests round the honest handler.
func (s Stage) Play(w Wrap, honest http.Handler) http.Handler {
	handler := w(honest)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), stageKey{}, s)))
	})
}

// memoryKey keeps values of different types apart.
type memoryKey[T any] struct{}

// Remember hands over what the mutant keeps of type T for the call's world, while no other call has it.
func Remember[T any](c *Call, use func(*T)) {
	memory := c.stage.Server
	if c.World() != nil {
		memory = c.World().Mutant().Memory
	}
	remember(memory, use)
}

// RememberAll is Remember for the server as a whole.
func RememberAll[T any](c *Call, use func(*T)) { remember(c.stage.Server, use) }

func remember[T any](memory *world.Memory, use func(*T)) {
	memory.Use(memoryKey[T]{}, func() any { return new(T) }, func(kept any) {
		if value, ok := kept.(*T); ok {
			use(value)
		}
	})
}

// Egress sends what the vendor sends by itself.
func (c *Call) Egress() *egress.Sender { return c.stage.Egress }

// Origin is where the vendor's own messages come from.
func (c *Call) Origin() egress.Origin { return egress.Origin{World: c.World(), BaseURL: c.stage.Base} }
