package crmcom

import "github.com/understudy-mock/understudy/conformance/explore"

// identity is what a name stands for. A name that nobody has given yet is as good as unknown.
func (h *hands) identity(name string) identity {
	h.mu.Lock()
	defer h.mu.Unlock()
	if known, ok := h.known[name]; ok {
		return known
	}
	return h.known[unknown]
}

// key names the webhook request of a command by the field that it says.
func (h *hands) key(c explore.Command) key {
	known := h.identity(c.Arg("request"))
	if c.Arg("by") == "number" {
		return byNumber(known.number)
	}
	return byID(known.id)
}

// baptize gives a webhook request a name, and returns the name that it has from then on: its first one. What has the id or
// the number of another one is that other one.
func (h *hands) baptize(name string, who identity) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	if first, ok := h.names[who.id]; ok {
		return first
	}
	for first, other := range h.known {
		if other.number == who.number {
			return first
		}
	}
	h.names[who.id] = name
	h.known[name] = who
	return name
}

// nameOf is the name of a webhook request, or its id when it has none. One that has the id of another and not its number is
// neither.
func (h *hands) nameOf(id, number string) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	name, ok := h.names[id]
	switch {
	case !ok:
		return id
	case h.known[name].number != number:
		return id + " with number " + number
	}
	return name
}

// seen is a webhook request as an answer shows it.
func (h *hands) seen(rec record) Seen {
	s := Seen{
		Name: h.nameOf(rec.id(), rec.number()), State: rec.text("life_cycle_state"),
		Failed: rec.says("error_code") || rec.says("error_description"),
		id:     rec.id(), number: rec.number(),
	}
	for i, b := range h.boxes {
		if b.id == rec.inside("webhook_definition").text("id") {
			s.Def = definitionName(i)
		}
	}
	for name, id := range h.things {
		if id == rec.text("entity_id") {
			s.About = name
		}
	}
	return s
}
