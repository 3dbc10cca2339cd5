package journal

import (
	"math"
	"sync"
	"sync/atomic"
)

// Budget bounds what several journals hold together. When it is spent, the journal that nothing was recorded in for longest gives up
// its exchanges, which it counts as dropped. It is safe for concurrent use.
type Budget struct {
	most  int64
	ticks atomic.Uint64

	mu   sync.Mutex
	used int64
	rest int64              // what others than journals hold of it
	of   map[*Journal]int64 // bytes that each holds, about
}

// grain is how much a journal may grow before the budget hears of it.
const grain = 256

// NewBudget returns a budget of so many bytes.
func NewBudget(bytes int64) *Budget { return &Budget{most: bytes, of: map[*Journal]int64{}} }

// Share lets a journal that nobody uses yet hold what it holds within a budget.
func (j *Journal) Share(b *Budget) { j.budget = b }

// Leave gives back what the journal holds of its budget, when its world is no more, and wakes the followers.
func (j *Journal) Leave() {
	j.mu.Lock()
	b := j.budget
	j.budget = nil
	j.move()
	j.left = true
	j.mu.Unlock()
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.used -= b.of[j]
	delete(b.of, j)
}

// toTell is what the budget has to hear of, nil for nothing. The caller holds the journal's lock.
func (j *Journal) toTell() (b *Budget, size int64) {
	b, size = j.budget, int64(j.exchanges.held()+j.commands.held())
	if b == nil {
		return nil, 0
	}
	j.touched.Store(b.ticks.Add(1))
	if grew := size - j.told; grew > -grain && grew < grain {
		return nil, 0
	}
	j.told = size
	return b, size
}

// tell notes how much a journal holds, and has others give up until all of it fits. The caller holds no journal's lock.
func (b *Budget) tell(j *Journal, size int64) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.used += size - b.of[j]
	b.of[j] = size
	b.fit(j)
}

// Yield tells a budget how much others than journals hold of it. Journals make room for them.
func (b *Budget) Yield(bytes int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if grew := bytes - b.rest; grew > -grain && grew < grain {
		return
	}
	b.rest = bytes
	b.fit(nil)
}

// fit has journals give up until all fits, but one. The caller holds the lock, which is free in between.
func (b *Budget) fit(j *Journal) {
	for b.used+b.rest > b.most {
		oldest := b.oldestBut(j)
		if oldest == nil {
			return // its own bounds hold it down
		}
		b.used -= b.of[oldest]
		delete(b.of, oldest)
		b.mu.Unlock()
		oldest.giveUp()
		b.mu.Lock()
	}
}

func (b *Budget) oldestBut(j *Journal) (oldest *Journal) {
	least := uint64(math.MaxUint64)
	for other := range b.of {
		if at := other.touched.Load(); other != j && at < least {
			oldest, least = other, at
		}
	}
	return oldest
}

// giveUp forgets the exchanges and commands that are kept.
func (j *Journal) giveUp() {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, t := range []*tail{&j.exchanges, &j.commands} {
		dropped := t.dropped + uint64(len(t.records)-t.first)
		*t = tail{dropped: dropped}
	}
	j.told = 0
	j.move()
}
