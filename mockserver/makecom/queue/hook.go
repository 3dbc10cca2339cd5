package queue

import (
	"fmt"
	"math"
	"time"

	"github.com/understudy-mock/understudy/mockserver/world"
)

// Settings is what a hook is configured to do.
type Settings struct {
	ID           int
	Name         string
	TeamID       int
	UDID         string // last part of the address that accepts the hook's data
	Limit        int    // items that the queue holds at most
	Enabled      bool
	Gone         bool
	Confidential bool // its data is shown to nobody
	Foreign      bool // it belongs to another organization
	KeepMethod   bool // adds __IMTMETHOD__ to the data
	KeepHeaders  bool // adds __IMTHEADERS__ to the data
	IngestRate   int  // deliveries accepted in 10 s, 0 for any number
	Processing   Schedule
}

// Schedule says when a hook processes its queue by itself. The zero Schedule never does.
type Schedule struct {
	Every      time.Duration // from one run to the next
	MaxResults int           // items that one run takes, 0 for all
	Duration   time.Duration // that a run needs
}

// Status is a hook with its counts.
type Status struct {
	Settings
	Queued     int // items in the queue, those being processed included
	Processing int // items being processed
}

// CreateHook adds a hook. An id, an address and a name that are absent are made up, and a schedule counts from the moment. The
// result is the hook's Settings.
type CreateHook struct{ Settings Settings }

func (s *State) createHook(c CreateHook, m world.Moment) (Settings, error) {
	if c.Settings.ID == 0 && s.last == math.MaxInt {
		return Settings{}, ErrNoIDLeft
	}
	if c.Settings.ID == 0 {
		c.Settings.ID = s.NextHookID()
	}
	if c.Settings.UDID == "" {
		c.Settings.UDID = m.NewID()
	}
	if c.Settings.Name == "" {
		c.Settings.Name = fmt.Sprintf("Webhook %d", c.Settings.ID)
	}
	return c.Settings, s.insert(newHook(c.Settings), m)
}

// insert refuses an id or an address that is taken.
func (s *State) insert(h *hook, m world.Moment) error {
	if _, taken := s.hooks[h.settings.ID]; taken {
		return &HookError{ID: h.settings.ID, Err: ErrHookTaken}
	}
	if _, taken := s.udids[h.settings.UDID]; taken {
		return &HookError{ID: h.settings.ID, Err: ErrAddressTaken}
	}
	if h.nextRun.IsZero() {
		h.nextRun = m.At.Add(h.settings.Processing.Every)
	}
	s.hooks[h.settings.ID] = h
	s.last = max(s.last, h.settings.ID)
	s.udids[h.settings.UDID] = h.settings.ID
	return nil
}

// RemoveHook forgets a hook and its queue.
type RemoveHook struct{ HookID int }

// removeHook refuses a hook that does not exist.
func (s *State) removeHook(c RemoveHook) error {
	h, err := s.find(c.HookID)
	if err != nil {
		return err
	}
	s.drop(h)
	return nil
}

// Configure changes what a hook does; what waits in its queue stays. Nil leaves a setting as it is.
type Configure struct {
	HookID     int
	Enabled    *bool
	Gone       *bool
	Limit      *int
	IngestRate *int
	Schedule   *Schedule // counts from the moment
}

// configure refuses a hook that does not exist.
func (s *State) configure(c Configure, m world.Moment) error {
	h, err := s.find(c.HookID)
	if err != nil {
		return err
	}
	set(&h.settings.Enabled, c.Enabled)
	set(&h.settings.Gone, c.Gone)
	set(&h.settings.Limit, c.Limit)
	set(&h.settings.IngestRate, c.IngestRate)
	if c.Schedule != nil {
		h.settings.Processing = *c.Schedule
		h.nextRun = m.At.Add(c.Schedule.Every)
	}
	return nil
}

func set[T any](setting, value *T) {
	if value != nil {
		*setting = *value
	}
}
