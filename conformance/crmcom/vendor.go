package crmcom

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/fixtures"
	fixcrm "github.com/understudy-mock/understudy/fixtures/crmcom"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

// Paths of the operations.
const (
	pathShow    = "/webhook_requests/show"
	pathList    = "/webhook_requests/list"
	pathResend  = "/webhook_requests/resend"
	pathDelete  = "/webhook_requests/delete"
	pathLogin   = "/authentication/token"
	pathRelease = "/authentication/token/release"
)

// Names of parameters.
const (
	paramToken      = "token"
	paramRequest    = "webhook_request_identifier"
	paramDefinition = "webhook_definition_identifier"
	paramRule       = "workflow_rule_identifier"
	paramSize       = "number_of_results"
)

// vendor speaks CRM.COM's methods through a session, with one token.
type vendor struct {
	*suite.Session
	token    string // "" for none
	entry    bool   // it logs the run in or out
	entities *fixcrm.Builder
}

// on makes a check's function out of one that speaks to a vendor.
func on(verify func(context.Context, *vendor) error) func(context.Context, *suite.Session) error {
	return func(ctx context.Context, s *suite.Session) error { return verify(ctx, newVendor(s)) }
}

// asking makes a probe's function in the same way.
func asking(observe func(context.Context, *vendor) (string, error)) func(context.Context, *suite.Session) (string, error) {
	return func(ctx context.Context, s *suite.Session) (string, error) { return observe(ctx, newVendor(s)) }
}

func newVendor(s *suite.Session) *vendor {
	s.Ledger().Share(log)
	return &vendor{Session: s, token: s.Token(), entities: fixtures.New(s.Rand().Uint64()).Crmcom()}
}

// as is the same vendor spoken to with another token, "" for none.
func (v *vendor) as(token string) *vendor {
	other := *v
	other.token = token
	return &other
}

// key names one object by one of its fields.
type key struct{ field, value string }

func byID(id string) key { return key{"id", id} }

func byNumber(number string) key { return key{"number", number} }

// String is the form of a GET.
func (k key) String() string { return k.field + "=" + k.value }

// object is the form of a POST.
func (k key) object() map[string]any { return map[string]any{k.field: k.value} }

// anyOne is any list request that has to be accepted.
func anyOne() url.Values { return url.Values{"entity": {activities}, paramSize: {"1"}} }

// needAccepted needs a call that is right to be accepted, before one that is wrong is to be refused.
func (v *vendor) needAccepted(r *reply, err error) error {
	if err != nil {
		return err
	}
	return v.NeedAccepted(r.Exchange)
}

// needShown needs show to be accepted for webhook requests that are there.
func (v *vendor) needShown(ctx context.Context, keys ...key) error {
	for _, k := range keys {
		if err := v.needAccepted(v.show(ctx, naming(k.String()))); err != nil {
			return err
		}
	}
	return nil
}

// needResent needs resend to be accepted for a webhook request that nobody else looks at, needDeleted the same of delete.
func (v *vendor) needResent(ctx context.Context) error  { return v.needChanged(ctx, (*vendor).resend) }
func (v *vendor) needDeleted(ctx context.Context) error { return v.needChanged(ctx, (*vendor).delete) }

func (v *vendor) needChanged(ctx context.Context, call func(*vendor, context.Context, any) (*reply, error)) error {
	m, err := v.rejected(ctx, nil)
	if err != nil {
		return err
	}
	return v.needAccepted(call(v, ctx, m.byID().object()))
}

// naming makes the query that names a webhook request, or tries to: each text is one parameter.
func naming(texts ...string) url.Values { return url.Values{paramRequest: texts} }

// with adds a parameter to a query.
func with(query url.Values, name, value string) url.Values {
	more := url.Values{name: {value}}
	for other, values := range query {
		more[other] = append(more[other], values...)
	}
	return more
}

// show sends GET webhook_requests/show.
func (v *vendor) show(ctx context.Context, query url.Values) (*reply, error) {
	return v.get(ctx, crmcom.OpShow, pathShow, query)
}

// list sends GET webhook_requests/list.
func (v *vendor) list(ctx context.Context, query url.Values) (*reply, error) {
	return v.get(ctx, crmcom.OpList, pathList, query)
}

// resend sends POST webhook_requests/resend. A nil identifier is left out. When a new record takes the place of the old one,
// it is the run's own too, and is removed when the session closes.
func (v *vendor) resend(ctx context.Context, identifier any) (*reply, error) {
	r, err := v.post(ctx, crmcom.OpResend, pathResend, identifying(identifier))
	if err == nil && r.ok() {
		v.ownResent(r)
	}
	return r, err
}

// ownResent notes the record of an accepted resend, if it is a new one.
func (v *vendor) ownResent(r *reply) {
	var now record
	if err := decode(r.data, &now); err != nil || now.id() == "" || v.Ledger().Minted(byID(now.id()).String()) {
		return // whether the answer is a record is for the check to say
	}
	v.own(now.id(), now.number())
	v.Undo(&suite.State{
		Name:   "a webhook request of a resend",
		Values: map[string]any{"id": now.id(), "number": now.number()},
		Undo: func(ctx context.Context) error {
			_, err := v.as(v.Token()).delete(ctx, byID(now.id()).object()) // the token of the resend may be over
			return err
		},
	})
}

// delete sends POST webhook_requests/delete. A nil identifier is left out.
func (v *vendor) delete(ctx context.Context, identifier any) (*reply, error) {
	return v.post(ctx, crmcom.OpDelete, pathDelete, identifying(identifier))
}

func identifying(identifier any) map[string]any {
	if identifier == nil {
		return map[string]any{}
	}
	return map[string]any{paramRequest: identifier}
}

// get sends a method that reads. The token goes into the query.
func (v *vendor) get(ctx context.Context, operation, path string, query url.Values) (*reply, error) {
	if v.token != "" {
		query = with(query, paramToken, v.token)
	}
	return v.call(ctx, &suite.Request{Operation: operation, Method: http.MethodGet, Path: path, Query: query})
}

// post sends a method that changes something. The token goes into the body.
func (v *vendor) post(ctx context.Context, operation, path string, body map[string]any) (*reply, error) {
	r, err := v.posting(operation, path, body)
	if err != nil {
		return nil, err
	}
	return v.call(ctx, r)
}

// posting is the request of such a method.
func (v *vendor) posting(operation, path string, body map[string]any) (*suite.Request, error) {
	if v.token != "" {
		body[paramToken] = v.token
	}
	data, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", operation, err)
	}
	return dressed(&suite.Request{Operation: operation, Method: http.MethodPost, Path: path, Body: data}), nil
}

// dressed is a request with the headers of the API.
func dressed(r *suite.Request) *suite.Request {
	r.Header = http.Header{"Accept": {"application/json"}}
	if r.Body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	return r
}

func (v *vendor) call(ctx context.Context, r *suite.Request) (*reply, error) {
	r.Entry = v.entry
	e, err := v.Do(ctx, dressed(r))
	if err != nil {
		return nil, err
	}
	return read(e), nil
}

// thing makes up the id of something that webhook requests can be about, and that none of others is.
func (v *vendor) thing() string { return strings.ToUpper(v.HexID()) }

// unknown makes up an id that the target never gave.
func (v *vendor) unknown() key {
	k := byID(v.thing())
	v.Ledger().Mint(k.String())
	return k
}

// unknownNumber makes up a number that no log has reached.
func (v *vendor) unknownNumber() key {
	k := byNumber(fmt.Sprintf("9%014d", v.Rand().Int64N(1e14)))
	v.Ledger().Mint(k.String())
	return k
}

// unavailable reports whether err is a missing state.
func unavailable(err error) bool {
	var u *suite.Unavailable
	return errors.As(err, &u)
}

// unknownState reports whether no provider knows the state.
func unknownState(err error) bool {
	var u *suite.Unavailable
	return errors.As(err, &u) && u.Unknown
}
