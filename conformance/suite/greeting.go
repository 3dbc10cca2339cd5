package suite

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/understudy-mock/understudy/internal/lazyregexp"
)

// Closed says that no check can find anything out on a target as things stand, and what to do about it.
type Closed struct {
	Reason, Remedy string
	// Credential is true when the target is there and refuses the credential.
	Credential bool
}

func (c *Closed) Error() string { return c.Reason + "; " + c.Remedy }

// Strange says that not one of the answers looks like an answer of the API, nil when one does. Looks says whether an answer
// has the API's envelope; base is how the API's address ends.
func Strange(base string, looks func(*Exchange) bool, answers ...*Exchange) *Closed {
	if slices.ContainsFunc(answers, func(e *Exchange) bool { return e == nil || looks(e) && e.Status < http.StatusInternalServerError }) {
		return nil
	}
	e := answers[0]
	c := &Closed{Remedy: "correct --url: it is the address of the API itself"}
	if !strings.Contains(hostAndPath(e.URL), base+"/") {
		c.Remedy += ", and on the vendor's own server ends in " + base
	}
	switch {
	case e.Status >= 300 && e.Status < 400:
		c.Reason = fmt.Sprintf("the target redirects to %q, which is not followed", e.ResponseHeader.Get("Location"))
	case e.Status >= http.StatusInternalServerError:
		c.Reason, c.Remedy = "the target answers every call with "+e.outcome(), "mend it, or look whether --url leads to it"
	case html(e):
		c.Reason = fmt.Sprintf("%s answers with a page for people%s, not as this API does", hostAndPath(e.URL), titled(e.ResponseBody))
	default:
		c.Reason = fmt.Sprintf("%s does not answer as this API does: %s", hostAndPath(e.URL), e.outcome())
	}
	return c
}

func html(e *Exchange) bool {
	start := strings.ToLower(strings.TrimSpace(string(e.ResponseBody[:min(len(e.ResponseBody), 200)])))
	return strings.HasPrefix(e.ResponseHeader.Get("Content-Type"), "text/html") || strings.HasPrefix(start, "<!doctype") || strings.HasPrefix(start, "<html")
}

var title = lazyregexp.New(`(?is)<title>\s*(.{1,80}?)\s*</title>`)

func titled(page []byte) string {
	if m := title().FindSubmatch(page); m != nil {
		return fmt.Sprintf(" (%q)", m[1])
	}
	return ""
}

// hostAndPath leaves the query out, where a credential may stand.
func hostAndPath(address string) string {
	before, _, _ := strings.Cut(address, "?")
	return before
}

// refusesCredential is the usual Closed of a target that lets nobody in with this credential.
func refusesCredential(said string) *Closed {
	return &Closed{Reason: "the target refuses the credential: " + said, Remedy: "it is mistyped, expired or revoked, or lacks a scope; give another one with --token", Credential: true}
}

// RefusedWith says that the target refuses the credential, in the words of e.
func (s *Session) RefusedWith(said string) *Closed {
	switch {
	case s.token == "":
		return &Closed{Reason: "the target refuses calls without a credential: " + said, Remedy: "give --token instead of --anonymous", Credential: true}
	case s.run.config.Login.Username != "" && s.run.loggedIn:
		return &Closed{Reason: "the target refuses the token that its own login gave: " + said, Remedy: "look whether the user may use this API", Credential: true}
	}
	return refusesCredential(said)
}

// UseScheme has the sessions from now on present their credential in another scheme than the documented one.
func (s *Session) UseScheme(scheme string) {
	s.run.mu.Lock()
	defer s.run.mu.Unlock()
	s.run.scheme = scheme
}

// Scheme is how the credential is presented: the documented scheme, unless another one was found to be taken instead.
func (s *Session) Scheme(documented string) string {
	s.run.mu.Lock()
	defer s.run.mu.Unlock()
	if s.run.scheme != "" {
		return s.run.scheme
	}
	return documented
}

// Said is what an answer says, in short.
func (e *Exchange) Said() string { return e.outcome() }

// SawRefusal reports whether the target refused any call of the session.
func (s *Session) SawRefusal() bool {
	return slices.ContainsFunc(s.Exchanges(), func(e *Exchange) bool { return s.judgeable(e) && !s.run.config.Accepted(e) })
}

// SetUp reports whether any state could be set up so far.
func (r *Run) SetUp() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.setUp
}

// Admit replaces the credential of the sessions from now on, and how states are set up for it.
func (r *Run) Admit(token string, states Provider) {
	r.Redactor.Hide(token)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.config.Token, r.config.States, r.loggedIn = token, states, true
}

// credential is what sessions begin with.
func (r *Run) credential() (token string, states Provider) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.config.Token, r.config.States
}
