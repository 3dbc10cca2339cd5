package store

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// noteName is the file in which the process that has a directory says who it is. The lock is on the file of the worlds.
const noteName = "held-by.json"

type note struct {
	Process int       `json:"process"`
	Since   time.Time `json:"since"`
	Address string    `json:"address,omitempty"`
}

func keepNote(dir string, o Options) error {
	if o.ReadOnly {
		return nil
	}
	return writeNote(dir, note{Process: os.Getpid(), Since: time.Now().UTC().Truncate(time.Second)})
}

func writeNote(dir string, n note) error {
	text, err := json.Marshal(n)
	if err != nil {
		return err
	}
	_ = os.WriteFile(filepath.Join(dir, noteName), text, 0o600) // it only helps those who come too late
	return nil
}

// Announce tells those who come too late where the process that has the directory answers.
func (s *Store) Announce(address string) {
	_ = writeNote(s.dir, note{Process: os.Getpid(), Since: time.Now().UTC().Truncate(time.Second), Address: address})
}

func removeNote(dir string) { _ = os.Remove(filepath.Join(dir, noteName)) }

// inUse says which process has the directory.
func inUse(dir, file string) error {
	holder := "an understudy"
	var n note
	text, err := os.ReadFile(filepath.Join(dir, noteName))
	if err == nil && json.Unmarshal(text, &n) == nil {
		holder = fmt.Sprintf("process %d", n.Process)
		if n.Address != "" {
			holder += " on " + n.Address
		}
		holder += ", since " + n.Since.Format(time.RFC3339)
	}
	return fmt.Errorf("%s: %w: %s; stop that one, or give another directory", file, ErrInUse, holder)
}
