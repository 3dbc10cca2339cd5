package queue

// Delete takes items out of a queue: those in IDs, or all but those in Except.
type Delete struct {
	HookID    int
	IDs       []string
	Except    []string
	All       bool
	Confirmed bool
	Rules     DeleteRules
}

// DeleteRules are the answers to what the documents leave open. The zero value is the default of each.
type DeleteRules struct {
	ListAllRequested bool // a partial failure by ids lists what was asked for instead of what was deleted
	Unknown          Unknown
	RepeatDuplicates bool // an id that is named twice is answered twice
	IDsWithAll       IDsWithAll
	IgnoreExcept     bool // exceptIds beside ids is ignored instead of refused
	AllowNoSelector  bool // no selector deletes nothing instead of being refused
}

// Unknown is what happens to an id that is not in the queue.
type Unknown int

// The answers for an unknown id.
const (
	UnknownOmitted Unknown = iota // left out of the answer
	UnknownEchoed                 // in the answer, as if it had been deleted
	UnknownRefused                // the whole call is refused
)

// IDsWithAll is what happens when ids and all are given together.
type IDsWithAll int

// The answers for ids beside all.
const (
	IDsWithAllRefused IDsWithAll = iota
	AllWins
	IDsWin
)

// Deleted is what a Delete did.
type Deleted struct {
	IDs     []string // to be answered
	Count   int      // items that left the queue
	left    []string // ids of the items that left; nil means: the same as IDs
	Busy    []string // ids that stayed because they are being processed
	Unknown int      // ids that the queue does not hold
	All     bool     // whether it went by all, in the end
}

// Left is the ids of the items that left the queue.
func (d Deleted) Left() []string {
	if d.left != nil {
		return d.left
	}
	return d.IDs
}

// delete refuses a selection that is unconfirmed or contradicts itself. Items being processed stay and are reported.
func (s *State) delete(c Delete) (Deleted, error) {
	h, err := s.find(c.HookID)
	if err != nil {
		return Deleted{}, err
	}
	all, err := c.selector()
	if err != nil {
		return Deleted{}, &HookError{ID: c.HookID, Err: err}
	}
	if all {
		return h.deleteAll(c), nil
	}
	return h.deleteIDs(c)
}

// selector decides whether the call goes by all. Empty arrays count as not given.
func (c Delete) selector() (all bool, err error) {
	switch {
	case c.All && len(c.IDs) > 0 && c.Rules.IDsWithAll == IDsWithAllRefused:
		return false, ErrIDsWithAll
	case c.All && len(c.IDs) > 0 && c.Rules.IDsWithAll == IDsWin:
		return false, nil
	case c.All && !c.Confirmed:
		return true, ErrUnconfirmed
	case c.All:
		return true, nil
	case len(c.Except) > 0 && !c.Rules.IgnoreExcept:
		return false, ErrExceptWithIDs
	case len(c.IDs) == 0 && !c.Rules.AllowNoSelector:
		return false, ErrNoSelector
	}
	return false, nil
}

// deleteIDs looks at every id before it touches one, so that a refusal deletes nothing.
func (h *hook) deleteIDs(c Delete) (Deleted, error) {
	done := Deleted{IDs: make([]string, 0, len(c.IDs))}
	seen := make(map[string]bool, len(c.IDs))
	leaving := make([]named, 0, len(c.IDs))
	for _, id := range c.IDs {
		item, held := h.find(id)
		first := !seen[id]
		seen[id] = true
		switch {
		case !held && c.Rules.Unknown == UnknownRefused:
			return Deleted{}, &ItemError{HookID: c.HookID, ID: id, Err: ErrNoItem}
		case !held:
			done.Unknown++
		case h.isBusy(item) && first:
			done.Busy = append(done.Busy, id)
		case first:
			leaving = append(leaving, named{item, id})
		}
		if (first || c.Rules.RepeatDuplicates) && h.answers(item, held, c.Rules) {
			done.IDs = append(done.IDs, id)
		}
	}
	for _, item := range leaving {
		h.remove(item.entry, item.id)
	}
	done.Count = len(leaving)
	if len(done.IDs) != len(leaving) { // those that leave are answered at least
		done.left = idsOf(leaving)
	}
	if len(done.Busy) > 0 && c.Rules.ListAllRequested {
		done.left, done.IDs = done.Left(), c.IDs
	}
	return done, nil
}

// named is an entry that was found by its id.
type named struct {
	entry

	id string
}

func idsOf(items []named) []string {
	ids := make([]string, len(items))
	for i, item := range items {
		ids[i] = item.id
	}
	return ids
}

// answers reports whether an id is answered as deleted.
func (h *hook) answers(item entry, held bool, rules DeleteRules) bool {
	if !held {
		return rules.Unknown == UnknownEchoed
	}
	return !h.isBusy(item)
}

// deleteAll builds the queue anew from what stays, which is cheap when little stays, and never walks it twice.
func (h *hook) deleteAll(c Delete) Deleted {
	except := make(map[string]bool, len(c.Except))
	for _, id := range c.Except {
		except[id] = true
	}
	rest := newHook(h.settings)
	done := Deleted{IDs: make([]string, 0, h.arrived.Len()), All: true}
	texts := h.texts(h.arrived.Len())
	h.arrived.Scan(func(arrival uint64, item *stored) bool {
		id := texts.id(entry{arrival, item})
		switch {
		case except[id]:
		case h.isBusy(entry{arrival, item}):
			done.Busy = append(done.Busy, id)
		default:
			done.IDs = append(done.IDs, id)
			return true
		}
		rest.arrived.Load(arrival, item)
		rest.byID.add(id, arrival)
		if odd, ok := h.odd.get(arrival); ok {
			rest.odd.set(arrival, odd)
		}
		return true
	})
	h.arrived, h.byID, h.odd = rest.arrived, rest.byID, rest.odd
	done.Count = len(done.IDs)
	return done
}
