package outsider_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// provided is one thing that the provider of states brought about.
type provided struct {
	state, hook string // "/hooks/7"
	id          string // of the item
	data        string // of the item, JSON
	address     string // of the hook
}

// provide notes what the provider of states brought about.
func (b *bug) provide(asked, answered object) {
	params, _ := asked["params"].(object)
	state := text(asked["state"])
	hook := "/hooks/" + fmt.Sprint(params["hookId"])
	b.mu.Lock()
	defer b.mu.Unlock()
	switch state {
	case "a hook":
		at, _ := url.Parse(text(answered["hookUrl"]))
		if at != nil {
			b.provided = append(b.provided, provided{state: state, hook: "/hooks/" + fmt.Sprint(answered["hookId"]), address: at.Path})
		}
	case "items waiting":
		data, _ := params["data"].([]any)
		ids, _ := answered["ids"].([]any)
		for i, id := range ids[:min(len(ids), len(data))] {
			b.provided = append(b.provided, provided{state: state, hook: hook, id: text(id), data: string(written(object{"": data[i]}))})
		}
	case "processing finished":
		b.provided = append(b.provided, provided{state: state, hook: hook, id: text(params["id"])})
	default:
		b.provided = append(b.provided, provided{state: state, hook: hook, id: text(answered["id"])})
	}
}

// all lists what came of a state on a hook, in order.
func (b *bug) came(state, hook string) (out []provided) {
	for _, p := range b.provided {
		if p.state == state && p.hook == hook {
			out = append(out, p)
		}
	}
	return out
}

// isHeld reports whether an item is being processed.
func (b *bug) isHeld(id any) bool {
	held := false
	for _, p := range b.provided {
		if p.id == text(id) && p.state != "items waiting" {
			held = p.state == "an item being processed"
		}
	}
	return held
}

// holds reports whether a hook has an item that is being processed.
func (b *bug) holds(hook string) bool {
	return slices.ContainsFunc(b.came("an item being processed", hook), func(p provided) bool { return b.isHeld(p.id) })
}

// off reports whether a hook was disabled.
func (b *bug) off(hook string) bool { return len(b.came("hook disabled", hook)) > 0 }

// at is the hook that has an address.
func (b *bug) at(address string) string {
	for _, p := range b.provided {
		if p.address != "" && strings.HasPrefix(address, p.address) {
			return p.hook
		}
	}
	return ""
}
