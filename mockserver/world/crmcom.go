package world

import (
	"slices"
	"strings"

	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/sink"
)

// Login is a user of CRM.COM who can ask for tokens of the world.
type Login struct {
	Organisation string
	Username     string
	Password     string
	Unit         string // "" when the login may name any
	Legacy       bool   // its tokens are those from before R12
}

// FindOrganisation returns the world whose own logins name the organisation, or else the world of that name, whose logins
// are those of the base world.
func (r *Registry) FindOrganisation(organisation string) (*World, error) {
	for _, w := range r.Worlds() {
		if w.declares(organisation) {
			return w, nil
		}
	}
	return r.Find(organisation)
}

// declares reports whether the world has such a login, and not only from the base world.
func (w *World) declares(organisation string) bool {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.ownLogins && slices.ContainsFunc(w.now.logins, func(l Login) bool { return l.Organisation == organisation })
}

// Crmcom reads the state of CRM.COM. Read must not keep the state, only what it returns.
func (w *World) Crmcom(read func(*requestlog.State) error) error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return read(w.now.crmcom)
}

// ChangeCrmcom gives command the right to change the state of CRM.COM. A reset replaces the state, so that its identity
// tells whether there was one between two commands. Nothing may be sent before command has returned.
func (w *World) ChangeCrmcom(command func(*requestlog.State, Moment) error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return command(w.now.crmcom, Moment{At: w.now.clock.Now(), contents: &w.now})
}

// Sinks reads the world's sinks.
func (w *World) Sinks(read func(*sink.State) error) error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return read(w.now.sinks)
}

// ChangeSinks gives command the right to change the world's sinks.
func (w *World) ChangeSinks(command func(*sink.State, Moment) error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return command(w.now.sinks, Moment{At: w.now.clock.Now(), contents: &w.now})
}

// Receive hands a delivery to a sink of the world, dated by the world's clock. The answer is for the caller to play,
// its delay included.
func (w *World) Receive(name string, d sink.Delivery) (answer sink.Answer, err error) {
	err = w.ChangeSinks(func(s *sink.State, m Moment) error {
		d.At = m.At
		answer, err = s.Receive(sink.Receive{Name: name, Delivery: d})
		return err
	})
	return answer, err
}

// Logins are the users of CRM.COM who can log in. They must not be changed.
func (w *World) Logins() []Login {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.now.logins
}

// SetLogins replaces the users; the caller gives the slice away.
func (w *World) SetLogins(logins []Login) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now.logins = logins
	w.ownLogins = true
}

// NewRecordID is 32 upper-case hex digits, as CRM.COM names its objects.
func (m Moment) NewRecordID() string {
	m.contents.records++
	return strings.ToUpper(hexID(m.contents.seed, recordStream, m.contents.records))
}

// RecordID is the id that is given, or a new one where it is "".
func (m Moment) RecordID(given string) string {
	if given != "" {
		return given
	}
	return m.NewRecordID()
}

// NewSecretKey is a key for authentication codes.
func (m Moment) NewSecretKey() string {
	m.contents.records++
	return hexID(m.contents.seed, keyStream, m.contents.records)
}

// NewTokenID is 32 upper-case hex digits that name, or are, a token of a login.
func (w *World) NewTokenID() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now.tokens++
	return strings.ToUpper(hexID(w.now.seed, tokenStream, w.now.tokens))
}

// SigningKey is what the world's JWTs are signed with.
func (w *World) SigningKey() []byte { return []byte(hexID(w.Seed(), keyStream, 0)) }
