package exchange

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"

	"github.com/gorilla/mux"
)

// carrier is a context that carries an exchange. It is a part of the exchange, so that a request gets one value and not one for each thing
// that is to be known of it: world, variables of the path, query.
type carrier struct {
	context.Context //nolint:containedctx // it is one

	x *Exchange
}

type key struct{}

// With returns a context that carries x, which no other context may carry.
func With(ctx context.Context, x *Exchange) context.Context {
	x.carrier = carrier{ctx, x}
	return &x.carrier
}

// From returns the exchange that ctx carries. The mock's front and the control API give every request one, so that a context
// without any is a mistake in the code, and a panic.
func From(ctx context.Context) *Exchange {
	if c, ok := ctx.(*carrier); ok {
		return c.x
	}
	x, ok := ctx.Value(key{}).(*Exchange)
	if !ok {
		panic("exchange: the context carries none; serve the request through the mock's front")
	}
	return x
}

// Value implements context.Context. Variables of the path are given under the router's own key, so that [mux.Vars] finds them.
func (c *carrier) Value(k any) any {
	switch k {
	case key{}:
		return c.x
	case muxKey:
		if c.x.variables != nil {
			return c.x.vars()
		}
	}
	return c.Context.Value(k)
}

// muxKey is under what a context has the variables of a router, which keeps it to itself: it is what mux.Vars asks a context for.
var muxKey = func() any { //nolint:gochecknoglobals // it never changes
	var asked spy
	mux.Vars(new(http.Request).WithContext(&asked))
	return asked.key
}()

type spy struct {
	context.Context //nolint:containedctx // nil: nothing else is asked of it

	key any
}

func (s *spy) Value(k any) any {
	s.key = k
	return nil
}

// variable is what stands in the path for a name.
type variable struct{ name, value string }

// SetVariable notes what stands in the path for a name, before the context is used.
func (x *Exchange) SetVariable(name, value string) {
	if x.variables == nil {
		x.variables = x.variableRoom[:0]
	}
	x.variables = append(x.variables, variable{name, value})
}

func (x *Exchange) vars() map[string]string {
	if x.variableMap == nil {
		x.variableMap = make(map[string]string, len(x.variables))
		for _, v := range x.variables {
			x.variableMap[v.name] = v.value
		}
	}
	return x.variableMap
}

// PathVariable is what stands in the path for a name, for the generated servers.
func (c *carrier) PathVariable(name string) string {
	for _, v := range c.x.variables {
		if v.name == name {
			return v.value
		}
	}
	return mux.Vars(new(http.Request).WithContext(c.Context))[name] // a router has set it
}

// ParsedQuery is the query with the given text, for the generated servers, which only read it.
func (c *carrier) ParsedQuery(text string) url.Values {
	values, _ := c.x.parse(text) // net/http leaves out what it cannot parse, too
	return values
}

// PreparedBody is the body as the operation takes it, for the generated servers; nil where nobody has read it before.
func (c *carrier) PreparedBody() any { return c.x.Prepared }

// Variable is what stands in the path of a request for a name, "" for nothing.
func Variable(r *http.Request, name string) string {
	if c, ok := r.Context().(*carrier); ok {
		return c.PathVariable(name)
	}
	return mux.Vars(r)[name]
}

// SetHeader sets a header of an answer whose name is written in the canonical way, from the memory of the exchange where w has it.
func SetHeader(w http.ResponseWriter, name, value string) {
	if own, ok := w.(interface{ SetHeader(name, value string) }); ok {
		own.SetHeader(name, value)
		return
	}
	w.Header()[name] = []string{value}
}

// Room is free space of the buffer that w writes to, where it has one, for n bytes at least: what is appended there and written at once is
// not copied again.
func Room(w http.ResponseWriter, n int) []byte {
	buffer, ok := w.(interface {
		AvailableBuffer() []byte
		Grow(n int)
	})
	if !ok {
		return nil
	}
	buffer.Grow(n)
	return buffer.AvailableBuffer()
}

// BodyReader reads what is in Body, from its beginning.
func (x *Exchange) BodyReader() io.ReadCloser {
	x.reader.Reset(x.Body)
	return &x.reader
}

// reader reads bytes and needs no closing.
type reader struct{ bytes.Reader }

// Close implements io.Closer.
func (*reader) Close() error { return nil }

// SetHeader sets a header whose name is written in the canonical way. Its memory is a part of the exchange.
func (x *Exchange) SetHeader(header http.Header, name, value string) {
	if x.headers == len(x.headerRoom) {
		header[name] = []string{value}
		return
	}
	values := x.headerRoom[x.headers : x.headers+1 : x.headers+1]
	x.headers++
	values[0] = value
	header[name] = values
}
