package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// destination is a file that is written when a run has ended, and the flag that names it.
type destination struct{ flag, path string }

// writable says before the first request whether every file can be written at the end, and that no two are one.
func writable(all ...destination) error {
	seen := map[string]string{}
	for _, d := range all {
		if d.path == "" {
			continue
		}
		place := d.place()
		if other := seen[place]; other != "" {
			return fmt.Errorf("%s and %s: both would be written to %s; give each a file of its own", other, d.flag, d.path)
		}
		seen[place] = d.flag
		if err := d.check(); err != nil {
			return err
		}
	}
	return nil
}

// place is what two spellings of one file have in common.
func (d destination) place() string {
	if d.path == "-" {
		return d.path
	}
	abs, err := filepath.Abs(d.path)
	if err != nil {
		return d.path
	}
	if folder, err := filepath.EvalSymlinks(filepath.Dir(abs)); err == nil {
		abs = filepath.Join(folder, filepath.Base(abs))
	}
	return abs
}

// check opens the file as it will be opened, and leaves none that was not there. What is no file, such as a pipe, is left alone.
func (d destination) check() error {
	if d.path == "-" {
		return nil
	}
	info, err := os.Stat(d.path)
	switch {
	case err == nil && info.IsDir():
		return fmt.Errorf("%s: %s is a folder; name a file in it", d.flag, d.path)
	case err == nil && !info.Mode().IsRegular():
		return nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s: %w; name a file that can be written", d.flag, err)
	}
	file, openErr := os.OpenFile(d.path, os.O_WRONLY|os.O_CREATE, 0o600) //nolint:gosec // the user's own path
	if errors.Is(openErr, fs.ErrNotExist) {
		return fmt.Errorf("%s: there is no folder %s; make it, or name another file", d.flag, filepath.Dir(d.path))
	}
	if openErr != nil {
		return fmt.Errorf("%s: %w; name a file that can be written", d.flag, openErr)
	}
	if err == nil {
		return file.Close()
	}
	return errors.Join(file.Close(), os.Remove(d.path))
}

// makeFolder makes a folder that files are written to at the end.
func makeFolder(flag, path string) error {
	if path == "" {
		return nil
	}
	if err := os.MkdirAll(path, 0o750); err != nil {
		return fmt.Errorf("%s: %w; name a folder that can be made", flag, err)
	}
	return nil
}
