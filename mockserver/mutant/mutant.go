// Package mutant describes broken vendors: the honest mock with exactly one documented sentence broken.
//
// A mutant is a wrapper. The honest code knows nothing of it and holds no switch for it. The tables of the APIs are in the
// packages below; package catalog has them all.
package mutant

import (
	"strings"

	"github.com/understudy-mock/understudy/mockserver/mutant/wrap"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// Mutant is one broken vendor.
type Mutant struct {
	ID     string                // that of the requirement, a slash and a kebab word: "<api>/delete/ids/only-first"
	Breaks *contract.Requirement // the one sentence that it does not keep
	Text   string                // what is wrong, one line
	Needs  Needs                 // what it takes to notice it

	Wrap  wrap.Wrap // round the vendor's operations; nil leaves them alone
	Setup wrap.Wrap // round those of the control API that play the vendor's other side: processing, firing; nil leaves them alone
	// ServerWide marks a mutant of what happens to requests that open no world, such as those without a token. A single
	// world cannot play it.
	ServerWide bool
}

// Needs is what it takes to notice a mutant.
type Needs string

// The kinds of test, the simplest first.
const (
	// Checks is enough for most: one check per requirement.
	Checks Needs = ""
	// Exploration is a longer sequence of commands than a check would try.
	Exploration Needs = "exploration"
	// History is several clients at once.
	History Needs = "history"
)

// API is the name of the API that the mutant belongs to.
func (m *Mutant) API() string {
	api, _, _ := strings.Cut(m.ID, "/")
	return api
}

// Of makes a mutant of a requirement: the last word of its id, one line on what is wrong, and the wrap that does it.
func Of(breaks *contract.Requirement, word, text string, w wrap.Wrap) *Mutant {
	return &Mutant{ID: breaks.ID + "/" + word, Breaks: breaks, Text: text, Wrap: w}
}

// WithSetup is the same mutant with a wrap round the control API.
func (m *Mutant) WithSetup(w wrap.Wrap) *Mutant {
	m.Setup = w
	return m
}

// AcrossWorlds is the same mutant, marked as one that no single world can play.
func (m *Mutant) AcrossWorlds() *Mutant {
	m.ServerWide = true
	return m
}

// Seen is the same mutant, marked with what it takes to notice it.
func (m *Mutant) Seen(by Needs) *Mutant {
	m.Needs = by
	return m
}
