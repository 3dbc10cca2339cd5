package control

import (
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"net/http"
	"strings"

	"github.com/understudy-mock/understudy/mockserver/door"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/inflow"
)

// guard keeps web pages and strangers out.
func guard(next http.Handler, o Options) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := o.admit(r); err != nil {
			refuse(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// guardHost is guard for what holds nothing of a world, such as the page that asks for the control token. Links of other sites may
// lead there.
func guardHost(next http.Handler, o Options) http.Handler {
	o.Token = ""
	guarded := guard(next, o)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if door.IsNavigation(r) {
			r = r.Clone(r.Context())
			r.Header.Del("Sec-Fetch-Site")
		}
		guarded.ServeHTTP(w, r)
	})
}

// inside marks the calls of a program that owns the server.
type inside struct{}

// FromInside is a context whose requests the control API admits by themselves: they come from the process of the server, and no request
// over a network can have it.
func FromInside(ctx context.Context) context.Context { return context.WithValue(ctx, inside{}, true) }

func (o Options) admit(r *http.Request) error {
	if r.Context().Value(inside{}) != nil {
		return nil
	}
	err := door.Door{Hosts: o.Hosts}.Admit(r)
	if foreign := new(door.ForeignError); errors.As(err, &foreign) {
		return foreignProblem(foreign)
	}
	if o.Token != "" && !sameSecret(bearer(r), o.Token) {
		return errToken
	}
	return nil
}

func bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return token
}

// sameSecret takes as long for a near miss as for any other.
func sameSecret(got, want string) bool {
	a, b := sha256.Sum256([]byte(got)), sha256.Sum256([]byte(want))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1
}

// own carries the address of the control API, which the vendors' may differ from.
type own struct{}

func ownURL(ctx context.Context) string {
	at, _ := ctx.Value(own{}).(string)
	return at
}

// withBaseURL tells the handlers where clients reach the mock.
func withBaseURL(next http.Handler, baseURL string, gate *inflow.Gate) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		at := "http://" + r.Host
		if r.TLS != nil {
			at = "https://" + r.Host
		}
		x := &exchange.Exchange{BaseURL: cmp.Or(baseURL, at), Gate: gate}
		next.ServeHTTP(w, r.WithContext(context.WithValue(exchange.With(r.Context(), x), own{}, at)))
	})
}
