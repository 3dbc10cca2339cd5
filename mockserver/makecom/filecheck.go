package makecom

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/filecheck"
	"github.com/understudy-mock/understudy/mockserver/makecom/payload"
	"github.com/understudy-mock/understudy/mockserver/world"
	makeapi "github.com/understudy-mock/understudy/openapi/makecom"
)

// checkFile finds what the schema cannot say.
func checkFile(raw json.RawMessage, c *filecheck.Checker) {
	m, err := readFile(raw)
	if err != nil {
		c.Say(err.Error(), "makecom")
		return
	}
	if _, err := readWindows(m.State, new(world.Base)); err != nil {
		c.Say(err.Error(), "makecom", "state")
	}
	ids, udids := c.Names(), c.Names()
	items := c.Names()
	for i, h := range m.Hooks {
		place := []any{"makecom", "hooks", i}
		ids.Add(strconv.Itoa(h.ID), extend(place, "id")...)
		udids.Add(h.UDID, extend(place, "udid")...)
		checkHook(c, h, items, place)
	}
}

func checkHook(c *filecheck.Checker, h control.Hook, items filecheck.Names, place []any) {
	if p := h.Processing; p.Mode == control.ProcessingScheduled && !positive(p.Every) {
		c.Say("a schedule needs every, a time above zero such as 15m", extend(place, "processing")...)
	}
	c.Span(h.Processing.Duration, extend(place, "processing", "duration")...)
	limit := h.QueueLimit
	if limit == 0 {
		limit = makeapi.DefaultQueueLimit
	}
	if len(h.Items) > limit {
		c.Say(fmt.Sprintf("%d items are more than the queue holds, which is %d", len(h.Items), limit), extend(place, "items")...)
	}
	for i, item := range h.Items {
		items.Add(item.ID, extend(place, "items", i, "id")...)
		if _, err := payload.FromExport(item.Data); err != nil {
			c.Say(err.Error(), extend(place, "items", i, "data")...)
		}
		if !item.Until.IsZero() && !item.Processing {
			c.Say("until needs processing: true", extend(place, "items", i, "until")...)
		}
	}
}

func positive(d control.Duration) bool {
	parsed, err := time.ParseDuration(d)
	return err == nil && parsed > 0
}

func extend(place []any, more ...any) []any { return slices.Concat(place, more) }
