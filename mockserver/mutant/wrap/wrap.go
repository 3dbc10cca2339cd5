// Package wrap has the parts that mutants are made of: wrappers that change requests, answers or the world behind them, and
// conditions that narrow them down.
package wrap

import "net/http"

// Wrap puts something wrong round the honest mock.
type Wrap func(honest http.Handler) http.Handler

// Instead lets play answer in the stead of the honest mock, which it may ask with Next, as often as it likes.
func Instead(play func(c *Call) *Answer) Wrap {
	return func(honest http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			play(newCall(honest, r)).send(w)
		})
	}
}

// Before does something and then lets the honest mock answer.
func Before(do func(c *Call)) Wrap {
	return Instead(func(c *Call) *Answer {
		do(c)
		return c.Next()
	})
}

// After changes the honest answer, or the world behind it.
func After(do func(c *Call, a *Answer)) Wrap {
	return Instead(func(c *Call) *Answer {
		a := c.Next()
		do(c, a)
		return a
	})
}

// Success changes the object that an honest success answers.
func Success(change func(c *Call, body Object)) Wrap {
	return After(func(c *Call, a *Answer) {
		if body, ok := a.Object(); ok && a.OK() {
			change(c, body)
			a.SetJSON(body)
		}
	})
}

// Refusal changes an honest refusal.
func Refusal(change func(c *Call, a *Answer)) Wrap {
	return After(func(c *Call, a *Answer) {
		if !a.OK() {
			change(c, a)
		}
	})
}

// RefusedWith changes honest refusals with this status.
func RefusedWith(status int, change func(c *Call, a *Answer)) Wrap {
	return Refusal(func(c *Call, a *Answer) {
		if a.Status == status {
			change(c, a)
		}
	})
}

// AndYet answers as the honest mock does, and then carries out a changed request all the same.
func AndYet(change func(c *Call)) Wrap {
	return Instead(func(c *Call) *Answer {
		a := c.Next()
		change(c)
		c.Next()
		return a
	})
}

// Cut ends the connection instead of answering.
func Cut() Wrap {
	return Instead(func(*Call) *Answer { panic(http.ErrAbortHandler) })
}

// If plays w where the condition holds.
func If(condition func(c *Call) bool, w Wrap) Wrap {
	return func(honest http.Handler) http.Handler {
		broken := w(honest)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			c := newCall(honest, r)
			if condition(c) {
				broken.ServeHTTP(w, c.request())
				return
			}
			honest.ServeHTTP(w, c.request())
		})
	}
}

// On plays w for these operations only.
func On(w Wrap, operations ...string) Wrap {
	return If(func(c *Call) bool { return c.Is(operations...) }, w)
}

// All plays several wraps, the first one outermost.
func All(wraps ...Wrap) Wrap {
	return func(honest http.Handler) http.Handler {
		for i := len(wraps) - 1; i >= 0; i-- {
			honest = wraps[i](honest)
		}
		return honest
	}
}

// Drop closes the connection without an answer.
func Drop() Wrap {
	return func(http.Handler) http.Handler {
		return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	}
}
