package schemafile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
	"time"
)

// patience is how long a pipe may take to be written.
const patience = 10 * time.Second

// ReadFile reads a file of so many bytes at most. A device or a directory is refused, and so is a pipe that nobody writes to:
// a name on a command line is never waited for without end.
func ReadFile(name string, most int64) ([]byte, error) {
	file, err := os.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0) //nolint:gosec // the user's own path
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // it was only read
	info, err := file.Stat()
	switch {
	case err != nil:
		return nil, err
	case info.IsDir() || info.Mode()&fs.ModeDevice != 0:
		return nil, fmt.Errorf("%s is no file; give one of %s at most", name, size(most))
	}
	_ = file.SetReadDeadline(time.Now().Add(patience)) // a regular file takes none, and needs none
	return readAll(name, file, most)
}

func readAll(name string, r io.Reader, most int64) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(r, most+1))
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, fmt.Errorf("%s: nothing more came for %s; write it to a file first", name, patience)
	case err != nil:
		return nil, fmt.Errorf("%s: %w", name, err)
	case int64(len(text)) > most:
		return nil, fmt.Errorf("%s: it is larger than %s", name, size(most))
	}
	return text, nil
}

func size(bytes int64) string {
	if bytes < 1<<20 {
		return fmt.Sprintf("%d KiB", bytes>>10)
	}
	return fmt.Sprintf("%d MiB", bytes>>20)
}
