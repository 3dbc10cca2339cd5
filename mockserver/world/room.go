package world

import (
	"fmt"
	"reflect"
	"runtime/debug"
	"sync/atomic"

	"github.com/understudy-mock/understudy/mockserver/refusal"
)

// Sized is a command that adds to what its world holds. Where there is no room for it, it is refused.
type Sized interface {
	Command
	Size() int64 // bytes that it adds, about and rather too many
}

// Weigher is a state that can tell how many bytes it holds, about. It may look at everything to find out: it is asked seldom.
type Weigher interface {
	State
	Weight() int64
}

// ErrNoRoom is what a command is refused with that one world has no room for.
var ErrNoRoom = refusal.New(refusal.TooLarge, "no-room", "the world holds as much as one world may", "delete what is not needed any more, or start the mock with more --memory (in Go: mockserver.WithMemory)")

// room bounds what all worlds hold together, so that what comes from outside cannot fill the machine. One world holds half of it at the
// most. Where all of it is held, the world unused for longest makes room.
//
// What a world holds is an estimate that only grows, until it matters: then the world is weighed.
type room struct {
	most int64 // bytes, 0 for any number
	held atomic.Int64
	base int64 // what the base holds, once weighed: worlds made of it share that

	weighed bool
}

// tokenWeight is about what a token holds.
const tokenWeight = 320

// weight is what a world has taken of the room. Its mu guards what is not atomic.
type weight struct {
	charged atomic.Int64
	gone    atomic.Bool // it was dropped, and takes nothing any more

	exact  int64 // what it was when it was weighed last
	shrunk bool  // something may have been removed since
	origin int64 // what a reset goes back to
	shared int64 // of the base
}

// share is what one world may hold.
func (m *room) share() int64 { return m.most / 2 }

// take notes that a world holds more, or less.
func (m *room) take(w *weight, bytes int64) {
	w.charged.Add(bytes)
	m.held.Add(bytes)
	if w.gone.Load() {
		m.held.Add(-w.charged.Swap(0))
	}
}

// giveBack notes that a world is no more.
func (m *room) giveBack(w *weight) {
	w.gone.Store(true)
	m.held.Add(-w.charged.Swap(0))
}

// giveMachine gives memory back to the machine when most of what was held before is no more. The collector would keep it until as much
// is made anew as there was.
func (m *room) giveMachine(before int64) {
	const much = 64 << 20
	if now := m.held.Load(); before-now >= max(now, much) {
		debug.FreeOSMemory()
	}
}

// begin charges a world for what it was made of, apart from what it shares with the base.
func (m *room) begin(w *World, origin, shared int64) {
	k := &w.weight
	k.origin, k.shared, k.exact = origin, shared, max(0, origin-shared)
	m.take(k, k.exact)
}

// Memory is what all worlds may hold together, in bytes.
func (r *Registry) Memory() int64 { return r.room.most }

// Held is about what the world holds, in bytes, beside what it shares with the base. It may be too much, but not too little.
func (w *World) Held() int64 { return w.weight.charged.Load() }

// shared is what the base holds. The caller holds the registry's lock, or has it alone.
func (r *Registry) shared() int64 {
	if !r.room.weighed {
		r.room.base, r.room.weighed = r.base.weight(), true
	}
	return r.room.base
}

// fits refuses a world that would begin with more than a world may hold.
func (m *room) fits(bytes int64) error {
	if m.most > 0 && bytes > m.share() {
		return fmt.Errorf("%w: it is about %d bytes, and %d may be", ErrNoRoom, bytes, m.share())
	}
	return nil
}

// admit refuses a command for which the world has no room. The caller holds the right to write.
func (w *World) admit(c Command) (size int64, err error) {
	m := &w.registry.room
	sized, ok := c.(Sized)
	if !ok || m.most == 0 {
		return 0, nil
	}
	size = sized.Size()
	if w.weight.charged.Load()+size > m.share() {
		w.weigh()
	}
	if w.weight.charged.Load()+size > m.share() {
		return 0, fmt.Errorf("%w: %d bytes are held of %d, and %d were to come", ErrNoRoom, w.weight.charged.Load(), m.share(), size)
	}
	return size, nil
}

// grew notes what a command that was applied adds. The caller holds the right to write.
func (w *World) grew(c Command, size int64) {
	m := &w.registry.room
	if m.most == 0 {
		return
	}
	if size > 0 {
		m.take(&w.weight, size)
	}
	switch c.(type) {
	case ProgramSink, Reset:
		w.weight.shrunk = true
	case ownCommand, Sized:
	default:
		w.weight.shrunk = true
	}
}

// weigh finds out what the world holds, where that may have changed by much. The caller holds the right to write.
func (w *World) weigh() {
	m, k := &w.registry.room, &w.weight
	before := k.charged.Load()
	if !k.shrunk && before-k.exact < m.most/16 {
		return
	}
	k.exact, k.shrunk = max(0, max(w.now.weight(), k.origin)-k.shared), false
	m.take(k, k.exact-before)
}

// weight is what the states and sinks hold.
func (c *contents) weight() int64 {
	sum := c.sinks.Weight()
	for _, s := range c.states {
		if s, ok := s.(Weigher); ok {
			sum += s.Weight()
		}
	}
	return sum
}

// makeRoom drops the worlds unused for longest, but one, until the others have room. The caller holds no lock.
func (r *Registry) makeRoom(but *World) {
	m := &r.room
	if m.most == 0 {
		return
	}
	r.budget.Yield(max(m.held.Load(), 0))
	if m.held.Load() <= m.most {
		return
	}
	but.tryWeigh()
	for m.held.Load() > m.most {
		oldest := r.oldestBut(but)
		if oldest == nil {
			return
		}
		oldest.tryWeigh()
		if m.held.Load() > m.most {
			r.evictOne(oldest)
		}
	}
}

// tryWeigh weighs a world that is not at work.
func (w *World) tryWeigh() {
	if w.mu.TryLock() {
		w.weigh()
		w.mu.Unlock()
	}
}

// oldestBut is the world unused for longest of those that hold as much as the average: to drop a small one would help nobody.
func (r *Registry) oldestBut(but *World) (oldest *World) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	var sum, others int64
	for _, w := range r.worlds {
		if w != but {
			sum, others = sum+w.weight.charged.Load(), others+1
		}
	}
	for _, w := range r.worlds {
		if holds := w.weight.charged.Load(); w != but && holds > 0 && holds*others >= sum && (oldest == nil || w.used.Load() < oldest.used.Load()) {
			oldest = w
		}
	}
	return oldest
}

func (r *Registry) evictOne(w *World) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.worlds[w.Name] == w {
		r.evictWorld(w)
		r.flush()
	}
}

// Bytes is about what a value holds in memory, with all that it leads to. It is for values that lead to nothing twice.
func Bytes(value any) int64 { return bytesOf(reflect.ValueOf(value)) }

func bytesOf(v reflect.Value) int64 {
	if !v.IsValid() {
		return 0
	}
	return int64(v.Type().Size()) + bytesBeyond(v)
}

// bytesBeyond is what a value leads to.
func bytesBeyond(v reflect.Value) (sum int64) {
	switch v.Kind() {
	case reflect.String:
		return int64(v.Len())
	case reflect.Slice:
		return bytesOfItems(v)
	case reflect.Map:
		for entries := v.MapRange(); entries.Next(); {
			sum += bytesOf(entries.Key()) + bytesOf(entries.Value())
		}
	case reflect.Pointer, reflect.Interface:
		return bytesOf(v.Elem()) // nothing, where it is nil
	case reflect.Struct:
		for i := range v.NumField() {
			sum += bytesBeyond(v.Field(i))
		}
	default: // the others lead to nothing
	}
	return sum
}

func bytesOfItems(slice reflect.Value) (sum int64) {
	if slice.Type().Elem().Kind() == reflect.Uint8 {
		return int64(slice.Len())
	}
	for i := range slice.Len() {
		sum += bytesOf(slice.Index(i))
	}
	return sum
}
