package makecom

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// minuteName stands where a window is that of the API and not of a hook.
const minuteName = "minute"

// heldName stands where a word is a limit that a provider state holds.
const heldName = "held"

// writeWindows writes the running rate windows, "" for none: words such as 654=2026-01-01T00:00:00Z/3, the hook, the
// beginning and the count. Limits that hold for a while come first, as held=3.
func writeWindows(b world.Base, hooks []queue.Contents) string {
	var words []string
	for _, limit := range b.Held[Vendor] {
		words = append(words, heldName+"="+strconv.Itoa(limit))
	}
	minute := b.Counters.Minutes[Vendor]
	if minute.Calls > 0 {
		words = append(words, windowWord(minuteName, queue.Window{Start: minute.Start, Count: minute.Calls}))
	}
	for _, h := range hooks {
		if h.Window.Count > 0 {
			words = append(words, windowWord(strconv.Itoa(h.ID), h.Window))
		}
	}
	return strings.Join(words, " ")
}

func windowWord(name string, w queue.Window) string {
	return name + "=" + w.Start.UTC().Format(time.RFC3339Nano) + "/" + strconv.Itoa(w.Count)
}

// readWindows is the other way round: the windows of the hooks by id; that of the API goes to the base.
func readWindows(state string, b *world.Base) (map[int]queue.Window, error) {
	windows := map[int]queue.Window{}
	for _, word := range strings.Fields(state) {
		if limit, held := strings.CutPrefix(word, heldName+"="); held {
			n, err := strconv.ParseUint(limit, 10, 31)
			if err != nil {
				return nil, notWritten(state)
			}
			b.Held = map[string][]int{Vendor: append(b.Held[Vendor], int(n))}
			continue
		}
		name, w, err := readWindow(word)
		id, notHook := strconv.Atoi(name)
		switch {
		case err != nil || notHook != nil && name != minuteName:
			return nil, notWritten(state)
		case name == minuteName:
			b.Counters.Minutes = map[string]world.Minute{Vendor: {Start: w.Start, Calls: w.Count}}
		default:
			windows[id] = w
		}
	}
	return windows, nil
}

func notWritten(state string) error {
	return fmt.Errorf("%q was not written by this mock; leave it out", state)
}

func readWindow(word string) (name string, w queue.Window, err error) {
	name, rest, _ := strings.Cut(word, "=")
	start, count, _ := strings.Cut(rest, "/")
	if w.Start, err = time.Parse(time.RFC3339Nano, start); err != nil {
		return name, w, err
	}
	n, err := strconv.ParseUint(count, 10, 31)
	w.Count = int(n)
	return name, w, err
}
