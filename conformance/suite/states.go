package suite

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Provider brings a target into a state. A state that it does not know is an *[Unavailable] with Unknown set.
type Provider interface {
	Setup(ctx context.Context, s *Session, name string, params map[string]any) (*State, error)
}

// State is a state that was set up.
type State struct {
	Name   string
	Values map[string]any
	// Lent is true when the values name things that the user lent, false when the run made them.
	Lent bool
	// Undo takes the state back, nil when there is nothing to take back.
	Undo func(context.Context) error

	alike []*State // that are undone in its place
}

func (st *State) String() string {
	values, err := json.Marshal(st.Values)
	if err != nil {
		return fmt.Sprintf("state %q", st.Name)
	}
	return fmt.Sprintf("state %q %s", st.Name, values)
}

// Gives reports whether the state has a value; "" is one that every state has.
func (st *State) Gives(value string) bool {
	_, is := st.Values[value]
	return is || value == ""
}

// Text is a value that names something; numbers are spelt as they came.
func (st *State) Text(key string) (string, error) {
	switch v := st.Values[key].(type) {
	case string:
		if v != "" {
			return v, nil
		}
	case json.Number:
		return v.String(), nil
	}
	return "", &Unavailable{State: st.Name, Reason: fmt.Sprintf("its values have no %q", key), Remedy: "let the provider answer with one"}
}

// Texts is a value that lists names.
func (st *State) Texts(key string) ([]string, error) {
	list, ok := st.Values[key].([]any)
	names := make([]string, 0, len(list))
	for _, v := range list {
		name, isText := v.(string)
		ok = ok && isText
		names = append(names, name)
	}
	if !ok {
		return nil, &Unavailable{State: st.Name, Reason: fmt.Sprintf("its values have no list of strings %q", key), Remedy: "let the provider answer with one"}
	}
	return names, nil
}

// FirstOf asks the providers in turn until one knows the state and may set it up.
func FirstOf(providers ...Provider) Provider { return firstOf(providers) }

type firstOf []Provider

func (f firstOf) Setup(ctx context.Context, s *Session, name string, params map[string]any) (*State, error) {
	var reasons []string
	unknown := true // to all of them
	last := s.noProvider(name)
	for _, p := range f {
		state, err := p.Setup(ctx, s, name, params)
		if !errors.As(err, &last) || !last.Unknown && !last.ReadOnly {
			return state, err
		}
		reasons = append(reasons, last.Reason)
		unknown = unknown && last.Unknown
	}
	return nil, &Unavailable{State: name, Reason: strings.Join(reasons, "; "), Remedy: last.Remedy, Unknown: unknown, ReadOnly: !unknown}
}

// noProvider names the ways to set states up that there are for this API.
func (s *Session) noProvider(name string) *Unavailable {
	remedy := "give --state-url, or states in the target file"
	if lent := s.run.config.Lent; lent != "" {
		remedy = "give --state-url, " + lent + ", or states in the target file"
	}
	return &Unavailable{State: name, Reason: "the target offers no way to set up states", Remedy: remedy, Unknown: true}
}

func readOnly(name string) error {
	return &Unavailable{State: name, Reason: "the mode is read-only", Remedy: "use --mode owned", ReadOnly: true}
}
