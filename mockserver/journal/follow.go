package journal

// Follower is a reader that goes along with a journal. Whoever falls behind is told how much it missed; the journal never waits.
type Follower struct {
	journal  *Journal
	after    uint64 // number of the newest exchange that was seen
	commands uint64
	cleared  uint64
}

// Heard is what came since a Follower last looked.
type Heard struct {
	Exchanges []*Entry // oldest first
	Skipped   uint64   // exchanges that are no longer kept, or were too many
	Commands  []*Entry // the latest, no more than were asked for
	Cleared   bool     // the journal was emptied meanwhile: all that was seen before is gone
}

// Empty reports whether nothing came.
func (h Heard) Empty() bool {
	return len(h.Exchanges) == 0 && h.Skipped == 0 && len(h.Commands) == 0 && !h.Cleared
}

// Follow returns a reader of what comes after the exchange of that number. One that the journal has not come to was of a journal before it
// that is lost: the reader is told so, and begins where the journal goes on.
func (j *Journal) Follow(after uint64) *Follower {
	j.mu.Lock()
	defer j.mu.Unlock()
	f := &Follower{journal: j, after: after, commands: j.noted, cleared: j.clears}
	if after > j.next {
		f.after, f.cleared = min(j.resumed.After, j.next), j.clears-1
	}
	return f
}

// Next returns what came since the last call, at most so many exchanges and commands of it, and a channel that is closed when
// more comes.
func (f *Follower) Next(most int) (Heard, <-chan struct{}) {
	cleared, exchanges, commands, more := f.next(most)
	heard := Heard{Cleared: cleared, Exchanges: decoded(exchanges.records), Commands: decoded(commands), Skipped: exchanges.missed}
	if heard.Cleared {
		heard.Skipped = 0
	}
	return heard, more
}

// part is the newest records of a sequence, and how many were before them.
type part struct {
	records []record
	missed  uint64
}

func (f *Follower) next(most int) (cleared bool, exchanges part, commands []record, more <-chan struct{}) {
	j := f.journal
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.moved == nil {
		j.moved = make(chan struct{})
		if j.left {
			close(j.moved) // who comes too late to be woken does not wait
		}
	}
	exchanges.records, commands = j.exchanges.latest(j.next-f.after, most), j.commands.latest(j.noted-f.commands, most)
	exchanges.missed = j.next - f.after - uint64(len(exchanges.records))
	cleared = f.cleared != j.clears
	f.after, f.commands, f.cleared = j.next, j.noted, j.clears
	return cleared, exchanges, commands, j.moved
}

// move wakes the followers. The caller holds the lock.
func (j *Journal) move() {
	if j.moved != nil && !j.left {
		close(j.moved)
		j.moved = nil
	}
}
