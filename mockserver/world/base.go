package world

import (
	"fmt"
	"time"

	"github.com/understudy-mock/understudy/mockserver/clock"
	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/fault"
	"github.com/understudy-mock/understudy/mockserver/makecom/payload"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/sink"
	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// Base is what a world is made of.
type Base struct {
	Seed     int64
	Now      time.Time // the time at which the clock stands still; zero for the real time
	Running  bool      // the clock runs from Now on
	Dialect  contract.Dialect
	Vary     *int64 // seed of the ways in which answers are written, nil for that of the documents
	Tokens   map[string]Grant
	Limits   Limits
	Faults   []fault.Rule
	Mutant   string // id of the mutant that the world plays, "" for none
	Hooks    []Hook
	NextHook int // the id of the next hook; zero for one more than the largest
	Crmcom   Crmcom
	Sinks    []sink.Sink
	Given    Given
}

// Given counts what a world gave out, so that it never gives it again.
type Given struct {
	Items    uint64 // ids of items
	Tokens   uint64
	Requests uint64   // ids of requests
	Records  uint64   // ids of CRM.COM's objects
	Faults   []uint64 // how often each fault was asked; nil for never
	Calls    int      // of Make's API in the running minute
	Minute   time.Time
}

// Hook is a hook and what is in its queue.
type Hook struct {
	queue.Settings
	NextRun time.Time // of its schedule; zero for one interval from now
	Window  queue.Window
	Items   []Item
}

// Item is one delivery of a queue.
type Item struct {
	ID         string
	Created    time.Time
	Data       payload.Object
	Processing bool
	Until      time.Time // when its processing ends by itself; zero for when it is told
}

// contents builds the state, through the same commands that requests use.
func (b Base) contents() (contents, error) {
	c := contents{
		settings: settings{seed: b.Seed, clock: new(clock.Clock), dialect: b.Dialect, vary: b.Vary, limits: b.Limits, mutant: Mutant{ID: b.Mutant}},
		makecom:  queue.NewState(),
	}
	c.crmcom, c.sinks, c.logins = requestlog.NewState(), sink.NewState(), b.Crmcom.Logins
	c.ids, c.tokens, c.requests, c.records = b.Given.Items, b.Given.Tokens, b.Given.Requests, b.Given.Records
	c.rate = rateMinute{start: b.Given.Minute, calls: b.Given.Calls}
	switch {
	case b.Running:
		c.clock.Run(b.Now)
	case !b.Now.IsZero():
		c.clock.Freeze(b.Now)
	}
	var err error
	if c.faults, err = fault.New(b.Faults, b.Seed); err != nil {
		return contents{}, err
	}
	if b.Given.Faults != nil {
		if err := c.faults.Resume(b.Given.Faults); err != nil {
			return contents{}, err
		}
	}
	at := c.clock.Now()
	for _, h := range b.Hooks {
		if err := addHook(c.makecom, h, at); err != nil {
			return contents{}, fmt.Errorf("hook %d: %w", h.ID, err)
		}
	}
	c.makecom.SkipTo(queue.SkipTo{HookID: b.NextHook})
	if err := b.Crmcom.addTo(c.crmcom, Moment{At: at, contents: &c}); err != nil {
		return contents{}, fmt.Errorf("crmcom: %w", err)
	}
	if err := addSinks(c.sinks, b.Sinks); err != nil {
		return contents{}, fmt.Errorf("sinks: %w", err)
	}
	return c, nil
}

// addHook lets the items arrive at a hook that takes them whatever its settings, and then configures it.
func addHook(s *queue.State, h Hook, at time.Time) error {
	open := h.Settings
	open.Enabled, open.Gone, open.IngestRate, open.Limit = true, false, 0, max(h.Limit, len(h.Items))
	if err := s.CreateHook(queue.CreateHook{Settings: open, At: at, NextRun: h.NextRun}); err != nil {
		return err
	}
	for _, item := range h.Items {
		if err := addItem(s, h.ID, item); err != nil {
			return err
		}
	}
	return s.Configure(queue.Configure{HookID: h.ID, Enabled: &h.Enabled, Gone: &h.Gone, Limit: &h.Limit, IngestRate: &h.IngestRate, Window: &h.Window})
}

func addItem(s *queue.State, hookID int, item Item) error {
	data, err := payload.Encode(item.Data)
	if err != nil {
		return fmt.Errorf("item %q: %w", item.ID, err)
	}
	if _, err := s.Arrive(queue.Arrive{HookID: hookID, ID: item.ID, Data: data, At: item.Created}); err != nil {
		return err
	}
	if !item.Processing {
		return nil
	}
	_, err = s.Begin(queue.Begin{HookID: hookID, IDs: []string{item.ID}, Until: item.Until})
	return err
}

// Documented is the world of the documents: their ids exist, so that their example calls work as they stand.
func Documented() Base {
	return Base{
		Seed:   1,
		Crmcom: documentedCrmcom(),
		Sinks:  []sink.Sink{{Name: documentedSink}},
		Hooks: []Hook{
			{
				Settings: queue.Settings{
					ID: 654, Name: "Orders", TeamID: 1, UDID: "yl8pspsbwcdrzgu3xgtcbmt2qc5f6q6k",
					Limit: makecom.DefaultQueueLimit, Enabled: true,
				},
				Items: []Item{
					{
						ID:      "7a567f385d1a4f5ab7bff89162b7605e",
						Created: time.Date(2020, 3, 5, 14, 48, 10, 537e6, time.UTC),
						Data:    payload.Object{{Name: makecom.MemberValue, Value: []byte("{\n    \"name\": \"test\"\n}")}},
					},
					{
						ID:      "8d88f6f5b0484908890ef11fe7e5bf63",
						Created: time.Date(2020, 3, 5, 14, 52, 1, 359e6, time.UTC),
						Data:    payload.Object{{Name: "name", Value: "test"}},
					},
				},
			},
			{
				Settings: queue.Settings{
					ID: 655, Name: "Sign-ups", TeamID: 1, UDID: "q4x7mhd2kv9ne5tb8wsz3jy6fr1gpc0a",
					Limit: makecom.DefaultQueueLimit, Enabled: true,
				},
				Items: []Item{{
					ID:      "a17c1163d7e04d258fce6bac2c8bd3d6",
					Created: time.Date(2021, 2, 3, 9, 59, 36, 260e6, time.UTC),
					Data:    payload.Object{},
				}},
			},
		},
	}
}
