package cli

import (
	"io"

	"github.com/understudy-mock/understudy/mockserver/store"
)

// openData opens the directory that keeps the worlds, nil where they are in memory alone.
func (f *serveFlags) openData(stderr io.Writer) (*store.Store, error) {
	if f.data == "" {
		return nil, nil //nolint:nilnil // no directory is asked for, and none is opened
	}
	log, err := newLogger(stderr, f.logFormat, f.logLevel)
	if err != nil {
		return nil, err
	}
	return store.Open(f.data, store.Options{Logger: log})
}

func closeData(kept *store.Store) error {
	if kept == nil {
		return nil
	}
	return kept.Close()
}
