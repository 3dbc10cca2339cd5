package wrap

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/gorilla/mux"

	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// Call is one request in a mutant's hands.
type Call struct {
	R      *http.Request
	honest http.Handler
	stage  Stage
	body   []byte
}

// largestBody is more than the largest payload, so that a mutant can take what is too large.
const largestBody = 8 << 20

func newCall(honest http.Handler, r *http.Request) *Call {
	stage, _ := r.Context().Value(stageKey{}).(Stage) // there is one wherever a mutant plays
	c := &Call{R: r, honest: honest, stage: stage}
	if r.Body != nil {
		c.body, _ = io.ReadAll(io.LimitReader(r.Body, largestBody)) // a body that is cut off is handed on as it is
	}
	return c
}

// request is the request as it goes on, body and all.
func (c *Call) request() *http.Request {
	r := c.R
	r.Body = http.NoBody
	if len(c.body) > 0 {
		r.Body = io.NopCloser(bytes.NewReader(c.body))
	}
	return r
}

// Next asks the honest mock.
func (c *Call) Next() *Answer {
	a := newAnswer()
	c.honest.ServeHTTP(a, c.request())
	return a
}

// Operation is the operation id of the request.
func (c *Call) Operation() string { return exchange.From(c.R.Context()).Operation }

// Is reports whether the request is for one of these operations.
func (c *Call) Is(operations ...string) bool { return slices.Contains(operations, c.Operation()) }

// World is the request's world, nil where it opens none.
func (c *Call) World() *world.World { return c.stage.World }

// Do applies a command to the call's world, if there is one. What is refused is refused.
func (c *Call) Do(command world.Command) {
	if c.World() != nil {
		_, _ = c.World().Do(command)
	}
}

// Body is the request's body as a JSON object, empty when it is none.
func (c *Call) Body() Object {
	body, ok := ReadObject(c.body)
	if !ok {
		return Object{}
	}
	return body
}

// Unreadable reports whether the request has a body that is no JSON object.
func (c *Call) Unreadable() bool {
	_, ok := ReadObject(c.body)
	return len(c.body) > 0 && !ok
}

// Raw is the request's body.
func (c *Call) Raw() []byte { return c.body }

// SetRaw replaces the request's body.
func (c *Call) SetRaw(body []byte) {
	c.body = body
	c.R.ContentLength = int64(len(body))
}

// SetBody replaces the request's body by JSON.
func (c *Call) SetBody(body any) {
	text, err := json.Marshal(body)
	if err != nil {
		panic("mutant: " + err.Error()) // a mistake in the mutant, not in data
	}
	c.SetRaw(text)
}

// Change changes the request's JSON body.
func (c *Call) Change(change func(body Object)) {
	body := c.Body()
	change(body)
	c.SetBody(body)
}

// Query is one parameter of the query, "" when it is not given.
func (c *Call) Query(name string) string { return c.R.URL.Query().Get(name) }

// SetQuery sets one parameter, or leaves it out when the value is empty.
func (c *Call) SetQuery(name, value string) {
	c.ChangeQuery(func(q url.Values) {
		q.Del(name)
		if value != "" {
			q.Set(name, value)
		}
	})
}

// ChangeQuery changes the parameters of the query.
func (c *Call) ChangeQuery(change func(q url.Values)) {
	query := c.R.URL.Query()
	change(query)
	target := *c.R.URL
	target.RawQuery = query.Encode()
	r := *c.R
	r.URL = &target
	c.R = &r
}

// Path is one variable of the path.
func (c *Call) Path(name string) string { return mux.Vars(c.R)[name] }

// SetPath replaces a variable of the path.
func (c *Call) SetPath(name, value string) {
	vars := maps.Clone(mux.Vars(c.R))
	vars[name] = value
	c.R = mux.SetURLVars(c.R, vars)
}

// Number is a variable of the path as an integer, 0 when it is none.
func (c *Call) Number(name string) int {
	n, _ := strconv.Atoi(c.Path(name)) // what is no number belongs to nothing
	return n
}

// SetHeader replaces a header of the request.
func (c *Call) SetHeader(name, value string) {
	r := *c.R
	r.Header = r.Header.Clone()
	r.Header.Set(name, value)
	c.R = &r
}

// Token is what the call's credential allows.
func (c *Call) Token() world.Grant { return exchange.From(c.R.Context()).Grant }

// Grant mints a token that allows everything in the call's world, or in the one that was called last where the call
// opens none.
func (c *Call) Grant() string {
	w := c.World()
	if w == nil {
		RememberAll(c, func(last *lastWorld) { w = last.world })
	}
	if w == nil {
		return ""
	}
	token, _ := c.stage.Worlds.Mint(w, world.Grant{}) // "" is refused like any other
	return token
}

type lastWorld struct{ world *world.World }

// NoteWorld remembers the call's world for calls that open none.
func (c *Call) NoteWorld() {
	if c.World() != nil {
		RememberAll(c, func(last *lastWorld) { last.world = c.World() })
	}
}
