// Package binding binds the parameters of requests for the generated servers: the usual ones, without reflection. What it does not take, it
// leaves to the runtime of oapi-codegen, and with it every error.
package binding

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/gorilla/mux"
)

// carrier is a context that knows what the request says.
type carrier interface {
	PathVariable(name string) string
	ParsedQuery(text string) url.Values
	PreparedBody() any
}

// Variable is what stands in the path for a name.
func Variable(r *http.Request, name string) string {
	if c, ok := r.Context().(carrier); ok {
		return c.PathVariable(name)
	}
	return mux.Vars(r)[name]
}

// Query is the query, which must not be changed.
func Query(r *http.Request) url.Values {
	if c, ok := r.Context().(carrier); ok {
		return c.ParsedQuery(r.URL.RawQuery)
	}
	return r.URL.Query()
}

// Body is the body that whoever checked it has read already, as the type that the operation takes; false where nobody has.
func Body[T any](r *http.Request) (body *T, ok bool) {
	c, carries := r.Context().(carrier)
	if !carries {
		return nil, false
	}
	body, ok = c.PreparedBody().(*T)
	return body, ok
}

// Text binds a text that has to be there. It reports whether it did.
func Text[T ~string](values []string, to *T) bool {
	if len(values) != 1 {
		return false
	}
	*to = T(values[0])
	return true
}

// OptionalText binds a text that need not be there.
func OptionalText[T ~string](values []string, to **T) bool {
	if len(values) == 0 {
		return true
	}
	var text T
	if !Text(values, &text) {
		return false
	}
	*to = &text
	return true
}

// Integer binds a number that has to be there.
func Integer[T ~int](values []string, to *T) bool {
	return len(values) == 1 && integer(values[0], to)
}

// OptionalInteger binds a number that need not be there.
func OptionalInteger[T ~int](values []string, to **T) bool {
	if len(values) == 0 {
		return true
	}
	var n T
	if !Integer(values, &n) {
		return false
	}
	*to = &n
	return true
}

// PathText binds a part of the path, PathInteger one that is a number.
func PathText[T ~string](value string, to *T) bool {
	*to = T(value)
	return value != ""
}

// PathInteger binds a part of the path that is a number.
func PathInteger[T ~int](value string, to *T) bool { return integer(value, to) }

func integer[T ~int](text string, to *T) bool {
	n, err := strconv.Atoi(text)
	if err != nil {
		return false
	}
	*to = T(n)
	return true
}
