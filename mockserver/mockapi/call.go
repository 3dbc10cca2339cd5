package mockapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/understudy-mock/understudy/mockserver/egress"
	"github.com/understudy-mock/understudy/mockserver/refusal"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// Call is a call of the control API that an API answers: one of its operations, or one of its provider states.
type Call struct {
	Context context.Context //nolint:containedctx // it is that of the request
	Host    *Host
	World   *world.World
	BaseURL string // scheme and host by which the caller reaches the mock

	Body   json.RawMessage            // of an operation; it follows the operation's schema
	Path   map[string]string          // the variables of an operation's path
	Params map[string]json.RawMessage // of a provider state, without those that choose the world; nil for an operation
}

// Do applies a command whose result nobody needs. The error says why it was refused.
func (c *Call) Do(command world.Command) error {
	_, err := c.World.Do(command)
	return err
}

// Origin is where the vendor's own messages come from.
func (c *Call) Origin() egress.Origin { return egress.Origin{World: c.World, BaseURL: c.BaseURL} }

// Number is a variable of the path that has to be an integer.
func (c *Call) Number(name string) (int, error) {
	n, err := strconv.Atoi(c.Path[name])
	reason := fmt.Sprintf("%q is no integer", c.Path[name])
	switch {
	case err == nil:
		return n, nil
	case errors.Is(err, strconv.ErrRange):
		reason = c.Path[name] + " is too large"
	}
	return 0, refusal.New(refusal.Invalid, refusal.CodeBadParameter, name+": "+reason, "").At(name)
}

// Read fills a struct with the body or the params, and refuses params that it does not have.
func (c *Call) Read(into any) error { return c.decode(into, true) }

// Peek fills a struct with those params that it has.
func (c *Call) Peek(into any) error { return c.decode(into, false) }

func (c *Call) decode(into any, strict bool) error {
	text := c.Body
	if c.Params != nil {
		params, err := fitted(c.Params, into, strict)
		if err != nil {
			return err
		}
		if text, err = json.Marshal(params); err != nil {
			return err
		}
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	if strict {
		decoder.DisallowUnknownFields()
	}
	err := decoder.Decode(into)
	var mismatch *json.UnmarshalTypeError
	switch {
	case errors.As(err, &mismatch):
		return refusal.BadValue(c.member(mismatch.Field), mistaken(mismatch))
	case err != nil && !errors.Is(err, io.EOF):
		return refusal.BadValue("", strings.TrimPrefix(err.Error(), "json: "))
	}
	return nil
}

// member is a field without the struct of Go that it stands in.
func (c *Call) member(field string) string {
	first, rest, nested := strings.Cut(field, ".")
	if _, given := c.Params[first]; !given && nested {
		return rest
	}
	return field
}
