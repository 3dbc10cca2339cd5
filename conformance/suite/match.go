package suite

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"

	"github.com/understudy-mock/understudy/internal/shown"
)

// WantStatus holds the status against one number.
func (e *Exchange) WantStatus(status int) error {
	if e.Status == status {
		return nil
	}
	return e.violation(statusText(status), e.outcome())
}

// WantRefusal holds the status against 4xx.
func (e *Exchange) WantRefusal() error {
	if e.Refused() {
		return nil
	}
	return e.violation("a refusal (4xx)", e.outcome())
}

// WantText holds the whole body against a plain text; white space around it is no matter.
func (e *Exchange) WantText(text string) error {
	return e.Want("body", text, strings.TrimSpace(string(e.ResponseBody)))
}

// WantHeader holds one header of the answer against a value; letter case and spaces are no matter.
func (e *Exchange) WantHeader(name, value string) error {
	got := e.ResponseHeader.Get(name)
	if fold(got) == fold(value) {
		return nil
	}
	return e.violation(fmt.Sprintf("header %s: %s", name, value), fmt.Sprintf("%s: %s", name, orNothing(got)))
}

// Want compares two values deeply; what says which ones.
func (e *Exchange) Want(what string, want, got any) error {
	if reflect.DeepEqual(want, got) {
		return nil
	}
	wanted, had := shown.Unlike(want, got)
	return e.violation(what+" "+wanted, what+" "+had)
}

// WantThat is the matcher for everything else: ok says whether what was wanted came.
func (e *Exchange) WantThat(ok bool, want, got string) error {
	if ok {
		return nil
	}
	return e.violation(want, got)
}

func (e *Exchange) violation(want, got string) error {
	return &Violation{Want: want, Got: got, Exchange: e}
}

func (e *Exchange) outcome() string {
	return fmt.Sprintf("%s with body %s", statusText(e.Status), brief(e.ResponseBody))
}

func statusText(status int) string {
	return strings.TrimSpace(fmt.Sprintf("status %d %s", status, http.StatusText(status)))
}

func fold(s string) string { return strings.ToLower(strings.ReplaceAll(s, " ", "")) }

func orNothing(s string) string {
	if s == "" {
		return "nothing"
	}
	return s
}
