package requestlog

import (
	"time"

	"github.com/understudy-mock/understudy/mockserver/world"
)

// Definition says where and how a fired rule is delivered.
type Definition struct {
	Reference
	URL       string
	SecretKey string   // of the authentication code, as text
	OtherKey  string   // that a broken vendor signs with instead, "" for none
	Effective bool     // only effective definitions send
	FieldsSet []string // members of the entity that are sent, none for all
	Logging   Logging
	Timeout   time.Duration // zero for the installation's own
}

// Logging says which deliveries become webhook requests.
type Logging int

// The two ways of logging.
const (
	LogAll Logging = iota
	LogRejectedOnly
)

// Rule is a workflow rule: it fires for an entity and has its definition called.
type Rule struct {
	Reference
	Entity       string // "" for any
	DefinitionID string
}

// Define adds a definition. A secret key that is absent is made.
type Define struct{ Definition }

// define refuses an id, a name or an alternative code that another definition has.
func (s *State) define(c Define, m world.Moment) error {
	if c.SecretKey == "" {
		c.SecretKey = m.NewSecretKey()
	}
	if k, taken := s.definitions.taken(c.Reference); taken {
		return &KeyError{k, ErrTaken}
	}
	s.definitions.set(c.Definition)
	return nil
}

// DefineWithRule adds a definition, and a rule of an entity that uses it. What is absent is made: ids, names, alternative codes and
// the secret key. The result is Defined.
type DefineWithRule struct {
	Definition Definition
	Entity     string // of the rule, "" for any
}

// Defined is a definition and the rule that was made with it.
type Defined struct {
	Definition Definition
	Rule       Rule
}

func (s *State) defineWithRule(c DefineWithRule, m world.Moment) (Defined, error) {
	n := s.definitions.byID.Len() + 1
	d := c.Definition
	d.Reference = d.or(s.definitions.fresh(m, n, "Webhook", "WH"))
	if err := s.define(Define{d}, m); err != nil {
		return Defined{}, err
	}
	d, err := s.Definition(Key{ID, d.ID})
	if err != nil {
		return Defined{}, err
	}
	rule := Rule{Reference: s.rules.fresh(m, n, "Rule", "WR"), Entity: c.Entity, DefinitionID: d.ID}
	return Defined{d, rule}, s.addRule(AddRule{rule}) // its keys are fresh, and its definition is there
}

// Redefine replaces the definition with the same id.
type Redefine struct{ Definition }

// redefine refuses a definition that does not exist and keys that another one has.
func (s *State) redefine(c Redefine) error {
	old, err := s.Definition(Key{ID, c.ID})
	if err != nil {
		return err
	}
	s.definitions.remove(old)
	if k, taken := s.definitions.taken(c.Reference); taken {
		s.definitions.set(old)
		return &KeyError{k, ErrTaken}
	}
	s.definitions.set(c.Definition)
	return nil
}

// AddRule adds a rule.
type AddRule struct{ Rule }

// addRule refuses a definition that does not exist, and an id, a name or an alternative code that another rule has.
func (s *State) addRule(c AddRule) error {
	if _, err := s.Definition(Key{ID, c.DefinitionID}); err != nil {
		return err
	}
	if k, taken := s.rules.taken(c.Reference); taken {
		return &KeyError{k, ErrTaken}
	}
	s.rules.set(c.Rule)
	return nil
}

// Undefine removes a definition and the rules that use it. The webhook requests stay.
type Undefine struct{ DefinitionID string }

// undefine refuses a definition that does not exist.
func (s *State) undefine(c Undefine) error {
	d, err := s.Definition(Key{ID, c.DefinitionID})
	if err != nil {
		return err
	}
	for _, r := range s.Rules() {
		if r.DefinitionID == c.DefinitionID {
			s.rules.remove(r)
		}
	}
	s.definitions.remove(d)
	return nil
}

// Definition finds a definition by id, name or alternative code, or returns ErrNoDefinition.
func (s *State) Definition(k Key) (Definition, error) {
	d, found := s.definitions.find(k)
	if !found {
		return Definition{}, &KeyError{k, ErrNoDefinition}
	}
	return d, nil
}

// Rule finds a rule by id, name or alternative code, or returns ErrNoRule.
func (s *State) Rule(k Key) (Rule, error) {
	r, found := s.rules.find(k)
	if !found {
		return Rule{}, &KeyError{k, ErrNoRule}
	}
	return r, nil
}

// Definitions lists every definition by id.
func (s *State) Definitions() []Definition { return s.definitions.byID.Values() }

// Rules lists every rule by id.
func (s *State) Rules() []Rule { return s.rules.byID.Values() }
