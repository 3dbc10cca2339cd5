package world

import (
	"slices"
	"sync"
)

// maxViolations bounds what is kept of answers that did not follow the document; the first ones tell most.
const maxViolations = 20

type violations struct {
	mu    sync.Mutex
	texts []string
}

// NoteViolation keeps what was wrong with an answer. A reset does not forget it: whoever runs the world wants to know.
func (w *World) NoteViolation(text string) {
	w.violations.mu.Lock()
	defer w.violations.mu.Unlock()
	if len(w.violations.texts) < maxViolations {
		w.violations.texts = append(w.violations.texts, text)
	}
}

// Violations lists the answers of the world that did not follow their document, the oldest first.
func (w *World) Violations() []string {
	w.violations.mu.Lock()
	defer w.violations.mu.Unlock()
	return slices.Clone(w.violations.texts)
}
