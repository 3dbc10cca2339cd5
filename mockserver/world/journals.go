package world

import (
	"time"

	"github.com/understudy-mock/understudy/openapi/contract"
)

// Journals are written behind: an exchange is in the log a moment after it was answered. Writing them all takes a twentieth of the
// time at most.
const (
	journalPause = time.Second
	journalShare = 20
)

// keepJournals writes the journals that have moved, now and then and once at the end.
func (r *Registry) keepJournals() {
	pause := time.NewTimer(journalPause)
	defer pause.Stop()
	for {
		select {
		case <-pause.C:
		case <-r.stop:
			r.writeJournals()
			return
		}
		began := time.Now()
		r.writeJournals()
		pause.Reset(max(journalPause, journalShare*time.Since(began)))
	}
}

func (r *Registry) writeJournals() {
	var moved []*World
	for _, w := range r.Worlds() {
		if r.log.Refuses() != nil {
			return
		}
		if w.Journal.Moves() != w.kept.journal && w.begun() != 0 { // all of them share a commit
			moved = append(moved, w)
		}
	}
	for _, w := range moved {
		if w.Settle() != nil {
			return
		}
		moves := w.Journal.Moves()
		err := r.log.Journal(w.begun(), func() (parts [][]byte, err error) {
			parts, moves, err = w.Journal.Written(r.log.Start())
			return parts, err
		})
		if err == nil { // or else the next time
			w.kept.journal = moves
		}
	}
}

// begun is the number of the world in the log, which has it from now on although nothing has changed: exchanges were recorded.
func (w *World) begun() uint64 {
	k := &w.kept
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.log == nil {
		return 0
	}
	if k.id == 0 {
		k.id = k.log.NextID()
		k.pending.Store(w.registry.append(w.beginning()))
	}
	return k.id
}

// restoreJournal gives a world the journal that it had.
func (r *Registry) restoreJournal(w *World) error {
	parts, err := r.log.JournalOf(w.kept.id)
	if err != nil {
		return &Damage{World: w.Name, Err: err}
	}
	w.Journal.Clear() // of what the records did to it
	if err := w.Journal.Resume(time.Now(), parts, r.log.JournalsWholeSince(), r.requirement); err != nil {
		return &Damage{World: w.Name, Err: err}
	}
	w.kept.journal = w.Journal.Moves()
	return nil
}

// requirement finds a requirement of the APIs, nil where none has the id.
func (r *Registry) requirement(id string) *contract.Requirement { return r.requirements()[id] }

// requirementsOf are those of some APIs, by id.
func requirementsOf(apis []*contract.API) map[string]*contract.Requirement {
	known := map[string]*contract.Requirement{}
	for _, api := range apis {
		for _, r := range api.Requirements {
			known[r.ID] = r
		}
	}
	return known
}
