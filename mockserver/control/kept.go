package control

import (
	"context"
	"net/http"

	controlapi "github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// kept says that an operation failed while a change could not be kept, also where nobody handed the error on. It may have been another
// operation's change: then both are refused, and the world tells which one was made.
func (s *server) kept(next controlapi.StrictHandlerFunc, _ string) controlapi.StrictHandlerFunc {
	return func(ctx context.Context, w http.ResponseWriter, r *http.Request, request any) (any, error) {
		before := s.worlds.Unkept()
		response, err := next(ctx, w, r, request)
		if err == nil && s.worlds.Unkept() != before {
			return nil, world.ErrNotKept
		}
		return response, err
	}
}
