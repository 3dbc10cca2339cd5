package payload

import "slices"

// collector makes an object of members that may come more than once. The zero collector is empty.
type collector struct {
	object Object
	places map[string]int // of the members by name, once they are too many to be looked through for each new one
}

// set replaces the member of that name, or adds it at the end. It reports whether the member is new.
func (c *collector) set(name string, value any) (isNew bool) {
	if at := c.place(name); at >= 0 {
		c.object[at].Value = value
		return false
	}
	c.append(name, value)
	return true
}

// add adds a value; the values of a repeated name become an array.
func (c *collector) add(name string, value any) {
	at := c.place(name)
	if at < 0 {
		c.append(name, value)
		return
	}
	m := &c.object[at]
	if values, many := m.Value.([]any); many {
		m.Value = append(values, value)
	} else {
		m.Value = []any{m.Value, value}
	}
}

func (c *collector) append(name string, value any) {
	if c.places != nil {
		c.places[name] = len(c.object)
	}
	c.object = append(c.object, Member{name, value})
}

// place is the index of the member of that name, -1 when there is none.
func (c *collector) place(name string) int {
	const few = 32
	if c.places == nil && len(c.object) < few {
		return slices.IndexFunc(c.object, func(m Member) bool { return m.Name == name })
	}
	if c.places == nil {
		c.places = make(map[string]int, 2*len(c.object))
		for i, m := range c.object {
			c.places[m.Name] = i
		}
	}
	if at, ok := c.places[name]; ok {
		return at
	}
	return -1
}
