package suite

import (
	crand "crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/rand/v2"

	"github.com/understudy-mock/understudy/internal/lazyregexp"
)

// A run makes things up on a target that may remember earlier runs, and serve another one at the same time. So what it makes
// up does not follow from the seed: the seed decides choices and shapes, and every id, name, number, address and payload
// has the run's own id in it, or follows from it.

// runIDBytes is the length of a run's id.
const runIDBytes = 6

// NewRunID makes the id of a run up: 12 hex digits.
func NewRunID() string {
	var raw [runIDBytes]byte
	_, _ = crand.Read(raw[:]) // never fails
	return hex.EncodeToString(raw[:])
}

var runID = lazyregexp.New(`^[0-9a-f]{12}$`)

// CheckRunID refuses what is no id of a run.
func CheckRunID(id string) error {
	if runID().MatchString(id) {
		return nil
	}
	return fmt.Errorf("run id %q: it is 12 lower-case hex digits, as a report of an earlier run has it", id)
}

// RunID is the run's own id.
func (s *Session) RunID() string { return s.run.config.RunID }

// nth counts the sessions of one name and attempt, from 0: an exploration plays many under one name.
func (r *Run) nth(name string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := r.sessions[name]
	r.sessions[name]++
	return n
}

// freshSource is a source of random numbers that no other session has, in this run or another one.
func (r *Run) freshSource(id string, attempt int) *rand.Rand {
	name := fmt.Sprintf("%s %d", id, attempt)
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %s %d", r.config.RunID, name, r.nth(name)))
	return rand.New(rand.NewPCG(binary.BigEndian.Uint64(sum[:]), binary.BigEndian.Uint64(sum[8:]))) //nolint:gosec // test data, not secrets
}

// Fresh is a random number below n that does not follow from the seed: for what the target may never have seen.
func (s *Session) Fresh(n int64) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.fresh.Int64N(n)
}

// Mark is a text that the run has not used yet and no other run uses. It begins with the run's id.
func (s *Session) Mark() string {
	return fmt.Sprintf("%s-%010x", s.RunID(), s.Fresh(1<<40))
}

// HexID makes up an id of 32 lower-case hex digits that the target never gave, and enters it in the ledger: to name it can
// harm nothing. It begins with the run's id.
func (s *Session) HexID() string {
	id := fmt.Sprintf("%s%08x%012x", s.RunID(), s.Fresh(1<<32), s.Fresh(1<<48))
	s.run.Ledger.Mint(id)
	return id
}
