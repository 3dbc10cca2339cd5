package makecom

import (
	"fmt"
	"net/http"

	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/world"
	"github.com/understudy-mock/understudy/openapi/contract"
	makeapi "github.com/understudy-mock/understudy/openapi/makecom"
)

// Admit decides whether a token that opened a world may call the operation.
func Admit(x *exchange.Exchange, r *http.Request) error {
	scheme, _ := authorization(r)
	if scheme == schemeBearer && x.Dialect().Answer(makeapi.AuthBearer) == makeapi.AnswerNo {
		x.Cite(makeapi.AuthTokenScheme)
		return world.ErrNoToken
	}
	if err := x.Grant.Valid(x.World.Clock().Now()); err != nil {
		x.Cite(makeapi.AuthUnknownToken)
		return err
	}
	if x.Rate.Exceeded {
		return exchange.ErrRateLimit
	}
	scope := scopeOf(x.Operation)
	if x.Grant.Scopes != nil {
		x.Apply(scopeRequirement(scope))
	}
	if !x.Grant.Allows(scope) {
		x.Decide(scopeRequirement(scope))
		return fmt.Errorf("%w %s", world.ErrScope, scope)
	}
	return nil
}

func scopeOf(operation string) string {
	switch operation {
	case makeapi.OpDelete, makeapi.OpEnableHook, makeapi.OpDisableHook:
		return makeapi.ScopeWrite
	}
	return makeapi.ScopeRead
}

func scopeRequirement(scope string) *contract.Requirement {
	if scope == makeapi.ScopeWrite {
		return makeapi.AuthWriteScope
	}
	return makeapi.AuthReadScope
}
