package conformance

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/understudy-mock/understudy/conformance/suite"
)

// The ids of the sessions in which a run begins and ends.
const (
	sessionPreflight = "preflight"
	sessionLogin     = "login"
)

// enter finds out with a few requests, before the first check, whether a run can find anything out at all. Its errors say in
// one line what stands in the way and what to do about it: those that the user can see without asking the target wrap
// [ErrConfig], the others [ErrClosed].
func (r *runner) enter(ctx context.Context) error {
	if err := r.credentialed(); err != nil {
		return err
	}
	if r.down != nil {
		return fmt.Errorf("%w: nothing answers at %s: %w; start the target, or correct --url", ErrClosed, r.target.URL, r.down)
	}
	if r.target.Token == "" && !r.target.Anonymous {
		if err := r.logIn(ctx); err != nil {
			return r.closed(err)
		}
	}
	if err := r.closed(r.orSilent(ctx, r.welcomed(ctx))); err != nil {
		return err
	}
	if err := r.closed(r.lentIsThere(ctx)); err != nil {
		return err
	}
	if !r.run.SetUp() {
		if err := r.closed(r.providerKnowsSomething(ctx)); err != nil {
			return err
		}
	}
	r.adapt()
	return nil
}

// adapt lets more checks wait at a time where every answer so far took long.
func (r *runner) adapt() {
	if r.adapts && r.run.Quickest() >= long {
		r.target.Workers = workersFar
		r.run.Widen(workersFar)
	}
}

// ErrClosed is wrapped by every error that ends a run before its first check because of what the target answers.
var ErrClosed = errors.New("could not measure")

// closed keeps what ends a run. Anything else is for the checks to run into.
func (r *runner) closed(err error) error {
	var closed *suite.Closed
	switch {
	case errors.As(err, &closed):
		return fmt.Errorf("%w: %s", ErrClosed, r.run.Redactor.Text(closed.Error()))
	case errors.Is(err, suite.ErrThrottled):
		return fmt.Errorf("%w: %w; wait, or give --rate", ErrClosed, err)
	default:
		return nil
	}
}

// credentialed refuses a run that nobody gave a credential: what it would see are refusals.
func (r *runner) credentialed() error {
	t := &r.target
	switch {
	case t.Token != "" && t.Anonymous:
		return configError("there is a token, and anonymous says that there is none; leave one of them out")
	case t.Token != "" || t.Anonymous || r.catalog.LogIn != nil && t.Login.Username != "":
		return nil
	case r.catalog.LogIn != nil:
		return configError("there is no credential; give --token or --login (token or login in the target file), or --anonymous for a target that wants none")
	case t.Login.Username != "":
		return configError("login: this API documents none; give --token (token in the target file)")
	default:
		return configError("there is no credential; give --token (token in the target file), or --anonymous for a target that wants none")
	}
}

// logIn takes a token from the API's own login.
func (r *runner) logIn(ctx context.Context) error {
	var token string
	_, err := r.run.Attempt(ctx, sessionLogin, r.logins*attempts, (r.logins+1)*attempts, func(ctx context.Context, s *suite.Session) (err error) {
		token, err = r.catalog.LogIn(ctx, s)
		return err
	})
	if found := suite.Violations(err); len(found) > 0 {
		return &suite.Closed{Reason: "the login was refused: " + found[0].Got, Remedy: "correct --login"}
	}
	if err != nil {
		return &suite.Closed{Reason: "the login could not be carried out: " + err.Error(), Remedy: "correct --url or --login"}
	}
	r.logins++
	r.target.Token = token
	r.run.Admit(token, r.states())
	return nil
}

// logOut gives the token back that the run took, when everything else is done.
func (r *runner) logOut(ctx context.Context) {
	if r.logins == 0 || r.catalog.LogOut == nil {
		return
	}
	_, err := r.run.Attempt(context.WithoutCancel(ctx), sessionLogin, r.logins*attempts, (r.logins+1)*attempts, func(ctx context.Context, s *suite.Session) error {
		return r.catalog.LogOut(ctx, s, r.target.Token)
	})
	if err != nil {
		r.run.NoteUncertain("the token of the login was not given back: " + err.Error())
	}
}

// mostTokens is how many tokens one check or probe may see expire. A second one that expires so soon was spent by what
// ran beside it, so that from then on it runs alone.
const mostTokens = 4

// whileAdmitted tries until the token of the run did not expire meanwhile. Each try has attempts of its own, from offset on.
// What was found out with a token that expired counts for nothing, so that the error says when none lasted.
func (r *runner) whileAdmitted(ctx context.Context, try func(offset int, alone bool) (*suite.Session, error)) (*suite.Session, error) {
	for n := 0; ; n++ {
		s, err := try(n*attempts, n > 1)
		switch {
		case s == nil || !r.expired(ctx, s):
			return s, err
		case n == mostTokens-1:
			return s, &suite.Unavailable{State: "a token that lasts as long as this takes", Reason: fmt.Sprintf("%d tokens of the login expired meanwhile", mostTokens)}
		}
	}
}

// expired reports whether the token that the run took is refused by now, and takes another one then. What was found out with
// it meanwhile counts no more.
func (r *runner) expired(ctx context.Context, s *suite.Session) bool {
	if r.logins == 0 || !s.SawRefusal() || ctx.Err() != nil {
		return false
	}
	r.turn.Lock()
	defer r.turn.Unlock()
	if s.Token() != r.target.Token {
		return true // another check found out first
	}
	var closed *suite.Closed
	if !errors.As(r.welcomed(ctx), &closed) || !closed.Credential {
		return false
	}
	return r.logIn(ctx) == nil
}

// welcomed asks for something that everybody with a credential may see.
func (r *runner) welcomed(ctx context.Context) error {
	if r.catalog.Greet == nil {
		return nil
	}
	_, err := r.run.Attempt(ctx, sessionPreflight, 0, attempts, r.catalog.Greet)
	var closed *suite.Closed
	if errors.As(err, &closed) && !closed.Credential {
		closed.Remedy += r.elsewhere()
	}
	return err
}

// orSilent is err, unless what listens at the target answers nothing at all: then it says so, and what to do about it.
func (r *runner) orSilent(ctx context.Context, err error) error {
	if err == nil || ctx.Err() != nil || r.run.Quickest() > 0 {
		return err
	}
	_, silent := r.run.Attempt(ctx, sessionPreflight, attempts, 2*attempts, func(ctx context.Context, s *suite.Session) error {
		_, err := s.Do(ctx, &suite.Request{Method: http.MethodGet, Path: "/"})
		return err
	})
	if silent == nil || ctx.Err() != nil || r.run.Quickest() > 0 {
		return err
	}
	return &suite.Closed{Reason: fmt.Sprintf("%s answers nothing: %s", r.target.URL, silence(silent)), Remedy: remedyForSilence(silent)}
}

// silence is what came instead of an answer. Where something came before the request was written, net/http speaks of its own parts.
func silence(err error) string {
	if strings.Contains(err.Error(), "readLoopPeekFail") {
		return "it speaks, or closes the connection, before it is asked"
	}
	return err.Error()
}

func remedyForSilence(err error) string {
	switch {
	case errors.Is(err, http.ErrSchemeMismatch):
		return "its port speaks plain HTTP; give --url with http"
	case errors.As(err, new(*tls.CertificateVerificationError)):
		return "use a certificate that this machine trusts for this name; SSL_CERT_FILE names a file of more authorities to trust"
	case errors.Is(err, suite.ErrNoAnswer):
		return "look whether it hangs, or give it longer with --timeout"
	default:
		return "look whether a web server listens there, and whether host, port and scheme of --url are right"
	}
}

// lentIsThere looks at each thing that the user lent.
func (r *runner) lentIsThere(ctx context.Context) error {
	if r.catalog.Inspect == nil || !r.target.States.lend() {
		return nil
	}
	_, err := r.run.Attempt(ctx, sessionPreflight, 0, attempts, func(ctx context.Context, s *suite.Session) error {
		return r.catalog.Inspect(ctx, s, r.target.States.loan())
	})
	return err
}

// elsewhere guesses the address that was meant.
func (r *runner) elsewhere() string {
	u, err := url.Parse(r.target.URL)
	base := r.catalog.API.BasePath
	if err != nil || strings.HasSuffix(u.Path, base) {
		return ""
	}
	u.Path = base
	return "; was " + u.String() + " meant?"
}

// providerKnowsSomething asks the state provider for the states of the API until it knows one.
func (r *runner) providerKnowsSomething(ctx context.Context) error {
	provider := r.offered()
	if provider == nil || r.target.Mode == suite.ReadOnly || len(r.catalog.States) == 0 {
		return nil
	}
	var last error
	status := 0
	_, _ = r.run.Attempt(ctx, sessionPreflight, 0, attempts, func(ctx context.Context, s *suite.Session) error {
		for _, name := range r.catalog.States {
			var state *suite.State
			if state, last = provider.Setup(ctx, s, name, map[string]any{}); last == nil {
				s.Undo(state)
				last = r.given(state)
			}
			status = lastStatus(s)
			if !stranger(last) {
				last = nil
				break
			}
		}
		return nil
	})
	if last == nil {
		return nil
	}
	where := r.target.States.where()
	closed := &suite.Closed{
		Reason: fmt.Sprintf("no state of this API is known at %s: %v", where, last),
		Remedy: "is this the provider-state URL? correct --state-url, or leave it out",
	}
	switch {
	case suite.NobodyThere(last):
		closed.Reason = fmt.Sprintf("nothing answers at %s, which is to set states up: %v", where, last)
		closed.Remedy = "start what listens there, correct --state-url, or leave it out"
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		closed.Reason = fmt.Sprintf("%s, which is to set states up, answers with status %d %s", where, status, http.StatusText(status))
		closed.Remedy = "give the credential that it wants with --state-header \"Authorization: Bearer TOKEN\" (a mock's is its control token), or as states.headers in the target file; where that is not the provider-state URL, correct --state-url"
	case status >= http.StatusBadRequest:
		closed.Reason = fmt.Sprintf("no state of this API is known at %s: it answers every one with status %d %s", where, status, http.StatusText(status))
	}
	return closed
}

// lastStatus is the status of the latest answer in a session, 0 for none.
func lastStatus(s *suite.Session) int {
	all := s.Exchanges()
	if len(all) == 0 {
		return 0
	}
	return all[len(all)-1].Status
}

// given is nil when a state has the value that whoever knows it answers with. Where nothing is to be answered, an answer tells nothing.
func (r *runner) given(state *suite.State) error {
	value := r.catalog.Gives[state.Name]
	if r.catalog.Gives == nil || value != "" && state.Gives(value) {
		return nil
	}
	return &suite.Unavailable{State: state.Name, Reason: fmt.Sprintf("its values %v are not those of this state", state.Values), Stranger: true}
}

// stranger reports whether err says that whoever was asked is no provider of states for this API.
func stranger(err error) bool {
	var u *suite.Unavailable
	return errors.As(err, &u) && (u.Unknown || u.Stranger) || errors.Is(err, suite.ErrNoProvider) || suite.NobodyThere(err)
}

func (s States) where() string {
	if s.URL != "" {
		return s.URL
	}
	return strings.Join(s.Command, " ")
}
