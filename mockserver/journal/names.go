package journal

import (
	"regexp"
	"slices"
)

// Names is what replays have to know of the names that an API gives and takes. Ids of 32 hex digits and tokens they find by
// themselves.
type Names struct {
	IDs    []IDForm
	Worlds []WorldForm
	Logins []string // operations that take a secret and give a token
}

// IDForm is how ids of a kind stand in the answers that give them and in later requests.
type IDForm struct {
	Answer  string         // a pattern for Go and grep -E, in any case of letters; the id is the last word of a match
	Request *regexp.Regexp // what stands before such an id in a path or a body
}

// WorldForm is where an operation's requests name the world.
type WorldForm struct {
	Operation  string
	Path, Body *regexp.Regexp // where it stands; nil for nowhere
	With       string         // takes the place of a match; $1 and the like are its groups, [Place] is the name of the world
}

// Forms of ids that need no API to declare them. A token has the last one.
const (
	requestIDForm = `X-Request-Id: [0-9a-f]{32}`
	longIDForm    = `"[0-9a-f]{32}`
	tokenForm     = `"token": *"[^"]+`
)

// form is an IDForm to look for: number is its index among those of all APIs, and below zero for those without an API.
type form struct {
	number int
	answer *regexp.Regexp
	source string
}

const (
	longID = -1 - iota
	tokenID
)

// rules are the names of several APIs.
type rules struct {
	Names

	forms []form
}

func rulesOf(all []Names) *rules {
	r := &rules{}
	for _, n := range all {
		r.IDs = append(r.IDs, n.IDs...)
		r.Worlds = append(r.Worlds, n.Worlds...)
		r.Logins = append(r.Logins, n.Logins...)
	}
	r.add(longID, requestIDForm)
	r.add(longID, longIDForm)
	r.add(tokenID, tokenForm)
	for i, known := range r.IDs {
		r.add(i, known.Answer)
	}
	return r
}

func (r *rules) add(number int, pattern string) {
	r.forms = append(r.forms, form{number, regexp.MustCompile(`(?i)` + pattern), pattern})
}

// anonymous puts places where a request names the world, so that it means the world of the replay.
func (r *rules) anonymous(s *step) {
	for _, w := range r.Worlds {
		if w.Operation == s.Operation && w.Path != nil {
			s.Path = w.Path.ReplaceAllString(s.Path, w.With)
		}
		if w.Operation == s.Operation && w.Body != nil {
			s.Body = w.Body.ReplaceAllString(s.Body, w.With)
		}
	}
}

func (r *rules) isLogin(e *Entry) bool { return slices.Contains(r.Logins, e.Operation) }
