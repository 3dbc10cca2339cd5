package worldfile

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/filecheck"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/mockserver/world"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// Base is the world that a file describes to some APIs. What the file leaves out is filled in from its seed.
func (f File) Base(apis ...*mockapi.API) (world.Base, error) {
	b := world.Base{
		Seed:    f.Seed,
		Now:     f.Clock.Now,
		Running: f.Clock.Mode == control.ClockReal && !f.Clock.Now.IsZero(),
		Dialect: contract.Dialect(f.Dialect),
		Mutant:  f.Mutant.ID,
		Tokens:  grants(f.Tokens),
		Vary:    baseVariations(f.Variations),
	}
	if f.Clock.Mode == control.ClockFrozen && b.Now.IsZero() {
		b.Now = time.Now()
	}
	var err error
	if b.Faults, err = Rules(f.Faults); err != nil {
		return world.Base{}, err
	}
	if b.Sinks, err = baseSinks(f.Sinks); err != nil {
		return world.Base{}, fmt.Errorf("sinks: %w", err)
	}
	if err := readState(f.State, &b.Counters); err != nil {
		return world.Base{}, fmt.Errorf("state: %w", err)
	}
	return b, f.decodeParts(&b, apis)
}

// decodeParts reads the members of the APIs. One that is not there is read like an empty one.
func (f File) decodeParts(b *world.Base, apis []*mockapi.API) error {
	created := b.Now
	if created.IsZero() {
		created = time.Now()
	}
	head := mockapi.FileHead{Seed: f.Seed, Created: created.UTC().Truncate(time.Millisecond), DeclaredLogins: f.Logins == control.LoginsDeclared}
	for _, api := range apis {
		if api.File == nil {
			continue
		}
		if err := api.File.Decode(f.part(api), head, b); err != nil {
			return fmt.Errorf("%s: %w", api.Name(), err)
		}
	}
	return nil
}

// part is the member of an API.
func (f File) part(api *mockapi.API) json.RawMessage {
	if raw, given := f.Parts[api.Name()]; given {
		return raw
	}
	return json.RawMessage("{}")
}

func baseVariations(v *control.Variations) *int64 {
	if v == nil {
		return nil
	}
	return &v.Seed
}

func fileVariations(seed *int64) *control.Variations {
	if seed == nil {
		return nil
	}
	return &control.Variations{Seed: *seed}
}

func grants(tokens []control.Token) map[string]world.Grant {
	all := make(map[string]world.Grant, len(tokens))
	for _, t := range tokens {
		scopes := make([]string, len(t.Scopes))
		for i, scope := range t.Scopes {
			scopes[i] = string(scope)
		}
		all[t.Token] = world.Grant{Scopes: scopes, Expires: t.Expires, Revoked: t.Revoked, User: t.Username}
	}
	return all
}

// Of is the file that describes a world: that of [File.Base], the other way round.
func Of(b world.Base, apis ...*mockapi.API) (File, error) {
	f := File{Head: headOf(b, apis), Parts: map[string]json.RawMessage{}}
	for _, api := range apis {
		part, err := encoded(api, b)
		if err == nil && part != nil {
			f.Parts[api.Name()], err = filecheck.JSON(part)
		}
		if err != nil {
			return File{}, fmt.Errorf("%s: %w", api.Name(), err)
		}
	}
	return f, nil
}

// Write writes the file of [Of] for people, as [File.Encode] does, and holds no more of it than one item.
func Write(w io.Writer, b world.Base, apis ...*mockapi.API) error {
	sinks := b.Sinks
	b.Sinks = nil
	head, err := filecheck.JSON(headOf(b, apis))
	if err != nil {
		return err
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(head, &raw); err != nil {
		return err
	}
	members := map[string]any{}
	for name, value := range raw {
		members[name] = value
	}
	if len(sinks) > 0 {
		members["sinks"] = writtenSinks(sinks)
	}
	for _, api := range apis {
		part, err := encoded(api, b)
		if err != nil {
			return fmt.Errorf("%s: %w", api.Name(), err)
		}
		if part != nil {
			members[api.Name()] = part
		}
	}
	return writeMembers(w, members)
}

func writeMembers(w io.Writer, members map[string]any) error {
	out := bufio.NewWriterSize(filecheck.Indented(w), 16<<10)
	separator := "{"
	if len(members) == 0 {
		_, _ = out.WriteString(separator) // an error comes back from Flush
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		_, _ = fmt.Fprintf(out, "%s%q:", separator, name) // the same
		if err := filecheck.Write(out, members[name]); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		separator = ","
	}
	_, _ = out.WriteString("}") // the same
	if err := out.Flush(); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// encoded is the member of an API, nil for none.
func encoded(api *mockapi.API, b world.Base) (any, error) {
	if api.File == nil {
		return nil, nil //nolint:nilnil // as said
	}
	part, err := api.File.Encode(b)
	if err != nil || reflect.ValueOf(part).IsZero() {
		return nil, err
	}
	return part, nil
}

func headOf(b world.Base, apis []*mockapi.API) Head {
	h := Head{
		Seed:       b.Seed,
		Clock:      control.Clock{Mode: control.ClockReal, Now: b.Now},
		Dialect:    control.Dialect(b.Dialect),
		Tokens:     tokens(b.Tokens),
		Faults:     Faults(b.Faults),
		Mutant:     control.Mutant{ID: b.Mutant},
		Variations: fileVariations(b.Vary),
		Sinks:      fileSinks(b.Sinks),
		State:      writeState(b.Counters),
	}
	if !b.Now.IsZero() && !b.Running {
		h.Clock.Mode = control.ClockFrozen
	}
	for _, api := range apis {
		if api.File != nil && api.File.DeclaredLogins != nil && api.File.DeclaredLogins(b) {
			h.Logins = control.LoginsDeclared
		}
	}
	return h
}

func tokens(grants map[string]world.Grant) []control.Token {
	var all []control.Token
	for token, g := range grants {
		t := control.Token{Token: token, Scopes: []control.Scope{}, Expires: g.Expires.UTC(), Revoked: g.Revoked, Username: g.User}
		if g.Scopes == nil {
			t.Scopes = []control.Scope{control.HooksRead, control.HooksWrite}
		}
		for _, scope := range g.Scopes {
			t.Scopes = append(t.Scopes, control.Scope(scope))
		}
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b control.Token) int {
		if a.Token < b.Token {
			return -1
		}
		return 1
	})
	return all
}

// stateForm is how the counts of what a world gave out are written; to readers of the file it is opaque. What the faults
// have come to follows, if there are any.
const stateForm = "items=%d tokens=%d requests=%d records=%d"

func writeState(g world.Counters) string {
	state := fmt.Sprintf(stateForm, g.Items, g.Tokens, g.Requests, g.Records)
	for _, n := range g.Faults {
		state += fmt.Sprintf(" %d", n)
	}
	return state
}

func readState(state string, g *world.Counters) error {
	if state == "" {
		return nil
	}
	if _, err := fmt.Sscanf(state, stateForm, &g.Items, &g.Tokens, &g.Requests, &g.Records); err != nil {
		return fmt.Errorf("%q was not written by this mock; leave it out", state)
	}
	const most = 1 << 62 // no count goes on from here to its end
	if max(g.Items, g.Tokens, g.Requests, g.Records) > most {
		return fmt.Errorf("%q was not written by this mock: it counts further than anybody does; leave it out", state)
	}
	for _, word := range strings.Fields(state)[4:] {
		n, err := strconv.ParseUint(word, 10, 64)
		if err != nil {
			return fmt.Errorf("%q was not written by this mock; leave it out", state)
		}
		g.Faults = append(g.Faults, n)
	}
	return nil
}
