package requestlog

import "time"

// List asks for a page of the requests that satisfy every filter given. One of Definition, Rule, Entity and EntityID is
// needed.
type List struct {
	Definition *Key
	Rule       *Key
	Entity     string
	EntityID   *string

	Rejected *bool             // nil for either state
	From, To time.Time         // created from, and before; zero for no bound
	URL      func(string) bool // nil for any

	OldestFirst bool
	Offset      int
	Limit       int // negative for no limit
}

// List returns a page. With one of the four filters, and the bounds of creation, its cost depends on the length of the
// page and not on where it lies; further filters are tried on the fewest requests that one of the four leaves.
// It refuses with ErrNoFilter, and with ErrNoDefinition and ErrNoRule keys that lead nowhere.
func (s *State) List(c List) ([]*Request, error) {
	terms, err := s.terms(c)
	if err != nil {
		return nil, err
	}
	page := []*Request{}
	if c.Limit == 0 {
		return page, nil
	}
	part := s.fewest(terms, c)
	skip, passed := c.Offset, 0
	plain := len(terms) == 1 && c.Rejected == nil && c.URL == nil
	if !plain {
		skip, passed = 0, c.Offset
	}
	s.ordered.walk(part, skip, !c.OldestFirst, func(r *Request) bool {
		switch {
		case !plain && !c.admits(r, terms):
		case passed > 0:
			passed--
		default:
			page = append(page, r)
		}
		return len(page) != c.Limit
	})
	return page, nil
}

func (s *State) terms(c List) ([]term, error) {
	var terms []term
	if c.Definition != nil {
		d, err := s.Definition(*c.Definition)
		if err != nil {
			return nil, err
		}
		terms = append(terms, term{byDefinition, d.ID})
	}
	if c.Rule != nil {
		r, err := s.Rule(*c.Rule)
		if err != nil {
			return nil, err
		}
		terms = append(terms, term{byRule, r.ID})
	}
	if c.Entity != "" {
		terms = append(terms, term{byEntity, c.Entity})
	}
	if c.EntityID != nil {
		terms = append(terms, term{byEntityID, *c.EntityID})
	}
	if terms == nil {
		return nil, ErrNoFilter
	}
	return terms, nil
}

func (s *State) fewest(terms []term, c List) span {
	best := s.ordered.span(terms[0], c.From, c.To)
	for _, t := range terms[1:] {
		if other := s.ordered.span(t, c.From, c.To); other.len() < best.len() {
			best = other
		}
	}
	return best
}

func (c List) admits(r *Request, terms []term) bool {
	has := termsOf(r)
	for _, t := range terms {
		if t != has[0] && t != has[1] && t != has[2] && t != has[3] {
			return false
		}
	}
	return (c.Rejected == nil || *c.Rejected == r.Rejected) && (c.URL == nil || c.URL(r.URL))
}
