package queue

import "time"

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

// CreateHook adds a hook. A schedule counts from At.
type CreateHook struct {
	Settings Settings
	At       time.Time
	NextRun  time.Time // of its schedule; zero for one interval after At
}

// CreateHook refuses an id or an address that is taken.
func (s *State) CreateHook(c CreateHook) error {
	if _, taken := s.hooks[c.Settings.ID]; taken {
		return &HookError{ID: c.Settings.ID, Err: ErrHookTaken}
	}
	if _, taken := s.udids[c.Settings.UDID]; taken {
		return &HookError{ID: c.Settings.ID, Err: ErrAddressTaken}
	}
	h := newHook(c.Settings)
	h.nextRun = c.NextRun
	if h.nextRun.IsZero() {
		h.nextRun = c.At.Add(c.Settings.Processing.Every)
	}
	s.hooks[c.Settings.ID] = h
	s.last = max(s.last, c.Settings.ID)
	s.udids[c.Settings.UDID] = c.Settings.ID
	return nil
}

// RemoveHook forgets a hook and its queue.
type RemoveHook struct{ HookID int }

// RemoveHook refuses a hook that does not exist.
func (s *State) RemoveHook(c RemoveHook) error {
	h, err := s.find(c.HookID)
	if err != nil {
		return err
	}
	delete(s.udids, h.settings.UDID)
	delete(s.hooks, c.HookID)
	return nil
}

// Configure changes what a hook does; what waits in its queue stays. Nil leaves a setting as it is.
type Configure struct {
	HookID     int
	Enabled    *bool
	Gone       *bool
	Limit      *int
	IngestRate *int
	Window     *Window // of deliveries
	Schedule   *Schedule
	At         time.Time // a new schedule counts from here
}

// Configure refuses a hook that does not exist.
func (s *State) Configure(c Configure) error {
	h, err := s.find(c.HookID)
	if err != nil {
		return err
	}
	set(&h.settings.Enabled, c.Enabled)
	set(&h.settings.Gone, c.Gone)
	set(&h.settings.Limit, c.Limit)
	set(&h.settings.IngestRate, c.IngestRate)
	set(&h.window, c.Window)
	if c.Schedule != nil {
		h.settings.Processing = *c.Schedule
		h.nextRun = c.At.Add(c.Schedule.Every)
	}
	return nil
}

func set[T any](setting, value *T) {
	if value != nil {
		*setting = *value
	}
}
