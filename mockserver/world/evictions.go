package world

// evictions remembers the names of dropped worlds, the latest ones.
type evictions struct {
	names map[string]int // to the number of the eviction
	order []string       // oldest first, those that were forgotten included
	first int            // number of order[0]
}

func (e *evictions) has(name string) bool {
	_, ok := e.names[name]
	return ok
}

func (e *evictions) note(name string, limit int) {
	if e.names == nil {
		e.names = map[string]int{}
	}
	e.names[name] = e.first + len(e.order)
	e.order = append(e.order, name)
	for len(e.order) > limit {
		e.drop()
	}
}

// drop lets go of the oldest eviction. A later one of the same name stays.
func (e *evictions) drop() {
	if name := e.order[0]; e.names[name] == e.first {
		delete(e.names, name)
	}
	e.order = e.order[1:]
	e.first++
}

func (e *evictions) forget(name string) { delete(e.names, name) }
