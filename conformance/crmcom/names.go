package crmcom

import "github.com/understudy-mock/understudy/conformance/explore"

// identity is what a name stands for. A name that nobody has given yet is as good as unknown.
func (h *driver) identity(name string) identity {
	if known, ok := h.names.Thing(name); ok {
		return known
	}
	return h.stranger
}

// key names the webhook request of a command by the field that it says.
func (h *driver) key(c explore.Command) key {
	known := h.identity(c.Arg("request"))
	if c.Arg("by") == "number" {
		return byNumber(known.number)
	}
	return byID(known.id)
}

// nameOf is the name of a webhook request, or its id when it has none. One that has the id of another and not its number is
// neither.
func (h *driver) nameOf(id, number string) string {
	name := h.names.Of(id)
	if known, ok := h.names.Thing(name); ok && known.number != number {
		return id + " with number " + number
	}
	return name
}

// seen is a webhook request as an answer shows it.
func (h *driver) seen(rec record) Seen {
	s := Seen{
		Name: h.nameOf(rec.id(), rec.number()), State: rec.text("life_cycle_state"),
		Failed: rec.says("error_code") || rec.says("error_description"),
		id:     rec.id(), number: rec.number(),
	}
	for i, b := range h.fixtures {
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
