package world

import "sync"

// Mutant is the broken vendor that a world plays, and what that vendor remembers. A fork or a reset begins with an empty
// memory.
type Mutant struct {
	ID     string // "" for the one that the server as a whole plays
	Memory *Memory
}

// Memory is where a mutant keeps what it needs to know of earlier requests. The zero value is empty and ready.
type Memory struct {
	mu   sync.Mutex
	kept map[any]any
}

// Use hands over what is kept under a key, made when it is new, while nobody else has it.
func (m *Memory) Use(key any, fresh func() any, use func(any)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.kept == nil {
		m.kept = map[any]any{}
	}
	if _, known := m.kept[key]; !known {
		m.kept[key] = fresh()
	}
	use(m.kept[key])
}

// Mutant is what the world plays.
func (w *World) Mutant() Mutant { return w.shown.Load().mutant }
