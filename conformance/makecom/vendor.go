package makecom

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/fixtures"
	fixmake "github.com/understudy-mock/understudy/fixtures/makecom"
	"github.com/understudy-mock/understudy/fixtures/record"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// Operation ids of the OpenAPI document.
const (
	opList   = makecom.OpList
	opDelete = makecom.OpDelete
	opDetail = makecom.OpDetail
	opStats  = makecom.OpStats
	opIngest = makecom.OpIngest
)

// vendor speaks Make's operations through a session, with one credential.
type vendor struct {
	*suite.Session
	auth     string // value of the Authorization header, "" for none
	payloads *fixmake.Builder
	lent     *[]*hook // to the session
}

// on makes a check's function out of one that speaks to a vendor.
func on(verify func(context.Context, *vendor) error) func(context.Context, *suite.Session) error {
	return func(ctx context.Context, s *suite.Session) error {
		v := newVendor(s)
		return v.undisturbed(ctx, verify(ctx, v))
	}
}

// asking makes a probe's function in the same way.
func asking(observe func(context.Context, *vendor) (string, error)) func(context.Context, *suite.Session) (string, error) {
	return func(ctx context.Context, s *suite.Session) (string, error) { return observe(ctx, newVendor(s)) }
}

func newVendor(s *suite.Session) *vendor {
	return &vendor{Session: s, auth: with(s, s.Token()), payloads: fixtures.New(s.Rand().Uint64()).Makecom(), lent: new([]*hook)}
}

// The schemes: the documented one, and one that is open.
const (
	scheme = "Token"
	bearer = "Bearer"
)

// with is a header that carries a token, in the scheme that the target takes.
func with(s *suite.Session, token string) string { return s.Scheme(scheme) + " " + token }

// memberRun tells whoever looks at an item which run it is of.
const memberRun = "understudy_run"

// payload makes up what nobody else delivers.
func (v *vendor) payload() record.Object { return v.payloads.Payload().With(memberRun, v.Mark()) }

// as is the same vendor seen with another Authorization header, "" for none.
func (v *vendor) as(auth string) *vendor {
	other := *v
	other.auth = auth
	return &other
}

// token asks for a token with these scopes alone, and returns the header that carries it.
func (v *vendor) token(ctx context.Context, scopes ...string) (string, error) {
	state, err := v.Setup(ctx, "a token", map[string]any{"scopes": scopes})
	if err != nil {
		return "", err
	}
	token, err := state.Text("token")
	v.Hide(token)
	return with(v.Session, token), err
}

const stateRefused = "a refused token"

// refusedToken is a header with a token that the target never issued, or has revoked, and says whether the suite made it up because no
// provider knows one.
func (v *vendor) refusedToken(ctx context.Context) (auth string, madeUp bool, err error) {
	state, err := v.Setup(ctx, stateRefused, map[string]any{})
	if unknownState(err) {
		return with(v.Session, v.HexID()), true, nil
	}
	if err != nil {
		return "", false, err
	}
	token, err := state.Text("token")
	return with(v.Session, token), false, err
}

// needAccepted needs a call that is right to be accepted, before one that is wrong is to be refused.
func (v *vendor) needAccepted(e *suite.Exchange, err error) error {
	if err != nil {
		return err
	}
	return v.NeedAccepted(e)
}

// call sends an operation of the API.
func (v *vendor) call(ctx context.Context, r suite.Request) (*suite.Exchange, error) {
	return v.Do(ctx, v.dressed(r))
}

// dressed is a request with the headers of the API.
func (v *vendor) dressed(r suite.Request) *suite.Request {
	r.Header = http.Header{"Accept": {"application/json"}}
	if v.auth != "" {
		r.Header.Set("Authorization", v.auth)
	}
	if r.Body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	return &r
}

// list sends GET …/incomings for any hook id, spelt as it will be sent.
func (v *vendor) list(ctx context.Context, hookID string, query url.Values) (*suite.Exchange, error) {
	return v.call(ctx, suite.Request{Operation: opList, Method: http.MethodGet, Path: incomings(hookID), Query: query})
}

// detail sends GET …/incomings/{incomingId}.
func (v *vendor) detail(ctx context.Context, hookID, id string) (*suite.Exchange, error) {
	return v.call(ctx, suite.Request{Operation: opDetail, Method: http.MethodGet, Path: incomings(hookID) + "/" + url.PathEscape(id)})
}

// stats sends GET …/incomings/stats.
func (v *vendor) stats(ctx context.Context, hookID string) (*suite.Exchange, error) {
	return v.call(ctx, suite.Request{Operation: opStats, Method: http.MethodGet, Path: incomings(hookID) + "/stats"})
}

// delete sends DELETE …/incomings. An empty confirmed leaves the parameter out, an empty body sends none.
func (v *vendor) delete(ctx context.Context, hookID, confirmed, body string) (*suite.Exchange, error) {
	return v.deleteAsking(ctx, hookID, confirmation(confirmed), body)
}

// deleteAsking is delete with any query.
func (v *vendor) deleteAsking(ctx context.Context, hookID string, query url.Values, body string) (*suite.Exchange, error) {
	r := suite.Request{Operation: opDelete, Method: http.MethodDelete, Path: incomings(hookID), Query: query}
	if body != "" {
		r.Body = []byte(body)
	}
	return v.call(ctx, r)
}

// confirmation is the query that confirms, nil for "".
func confirmation(value string) url.Values {
	if value == "" {
		return nil
	}
	return url.Values{"confirmed": {value}}
}

func incomings(hookID string) string { return "/hooks/" + url.PathEscape(hookID) + "/incomings" }

// ids is the body that names items to delete.
func ids(ids ...string) string { return body(map[string]any{"ids": ids}) }

// allBut is the body that deletes everything but the items named.
func allBut(ids ...string) string { return body(map[string]any{"all": true, "exceptIds": ids}) }

const all = `{"all":true}`

func body(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("makecom: %v is no body", v)) // a mistake in the check, not in data
	}
	return string(data)
}

// effect tells the ledger what a request would change at worst.
func effect(r *suite.Request) suite.Effect {
	switch {
	case r.Operation == opIngest:
		return suite.Effect{Scope: r.Path}
	case r.Method == http.MethodGet, r.Method == http.MethodHead:
		return suite.Effect{Reads: true}
	}
	hookID, below, ofHook := strings.Cut(strings.TrimPrefix(r.Path, "/hooks/"), "/")
	switch {
	case !ofHook || below == "":
		return suite.Effect{Scope: r.Path, Whole: true}
	case r.Method != http.MethodDelete:
		return suite.Effect{Scope: hookScope(hookID), Whole: true}
	}
	var selection struct {
		IDs       []string        `json:"ids"`
		All       json.RawMessage `json:"all"` // null too: who knows what a target makes of it
		ExceptIDs json.RawMessage `json:"exceptIds"`
	}
	err := json.Unmarshal(r.Body, &selection)
	unclear := err != nil || len(selection.IDs) == 0 || selection.ExceptIDs != nil || selection.All != nil
	return suite.Effect{Scope: hookScope(hookID), IDs: selection.IDs, Whole: unclear}
}

// hookScope is what the ledger calls a hook.
func hookScope(id string) string { return "hook " + id }
