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

// writeWindows writes the running rate windows, "" for none: words such as 654=2026-01-01T00:00:00Z/3, the hook, the
// beginning and the count.
func writeWindows(minute world.Minute, hooks []queue.Contents) string {
	var words []string
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
		name, w, err := readWindow(word)
		id, notHook := strconv.Atoi(name)
		switch {
		case err != nil || notHook != nil && name != minuteName:
			return nil, fmt.Errorf("%q was not written by this mock; leave it out", state)
		case name == minuteName:
			b.Counters.Minutes = map[string]world.Minute{Vendor: {Start: w.Start, Calls: w.Count}}
		default:
			windows[id] = w
		}
	}
	return windows, nil
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
