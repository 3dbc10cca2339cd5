package makecom

import (
	"fmt"
	"net/http"

	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/world"
	openapi "github.com/understudy-mock/understudy/openapi/contract"
	contract "github.com/understudy-mock/understudy/openapi/makecom"
)

// Admit decides whether a token that opened a world may call the operation.
func Admit(x *exchange.Exchange, r *http.Request) error {
	scheme, _ := authorization(r)
	if scheme == schemeBearer && x.Dialect().Answer(contract.AuthBearer) == contract.AnswerNo {
		x.Cite(contract.AuthTokenScheme)
		return world.ErrNoToken
	}
	if err := x.Grant.Valid(x.World.Clock().Now()); err != nil {
		x.Cite(contract.AuthUnknownToken)
		return err
	}
	if x.Rate.Exceeded {
		return exchange.ErrRateLimit
	}
	scope := scopeOf(x.Operation)
	if x.Grant.Scopes != nil {
		x.Cite(scopeRequirement(scope))
	}
	if !x.Grant.Allows(scope) {
		return fmt.Errorf("%w %s", world.ErrScope, scope)
	}
	return nil
}

func scopeOf(operation string) string {
	switch operation {
	case contract.OpDelete, contract.OpEnableHook, contract.OpDisableHook:
		return contract.ScopeWrite
	}
	return contract.ScopeRead
}

func scopeRequirement(scope string) *openapi.Requirement {
	if scope == contract.ScopeWrite {
		return contract.AuthWriteScope
	}
	return contract.AuthReadScope
}
