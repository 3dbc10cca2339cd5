package store_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/store"
	"github.com/understudy-mock/understudy/mockserver/world"
	"github.com/understudy-mock/understudy/mockserver/worldfile"
)

var everyByte = flag.Bool("every-byte", false, "cut a file at every byte, which takes minutes") //nolint:gochecknoglobals // a flag of go test

// fill is what an item has.
var fill = strings.Repeat("x", 500) //nolint:gochecknoglobals // a constant

// filled is a directory whose worlds have records and snapshots, and how many items were acknowledged.
func filled(t *testing.T) (dir string, acknowledged int) {
	t.Helper()
	dir = t.TempDir()
	mock := serve(t, open(t, dir, store.Eager(8<<10)))
	w := named(t, mock, "w")
	for range 120 {
		if _, err := world.Do[[]string](w, queue.Deliver{HookID: 654, Data: [][]byte{[]byte("\x80"), []byte("\x81\xa1d\xda\x01\xf4" + fill)}}); err != nil {
			t.Fatal(err)
		}
	}
	acknowledged = queued(t, w)
	if err := errors.Join(w.Freeze(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)), mock.Close()); err != nil {
		t.Fatal(err)
	}
	return dir, acknowledged
}

// filledFile is the file of such a directory, and the world in it.
func filledFile(t *testing.T) (text []byte, acknowledged string) {
	t.Helper()
	dir, _ := filled(t)
	text, err := os.ReadFile(filepath.Join(dir, store.FileName))
	if err != nil {
		t.Fatal(err)
	}
	if acknowledged, err = reopen(t, text); err != nil || strings.Count(acknowledged, fill) != 120 {
		t.Fatal(acknowledged, err)
	}
	return text, acknowledged
}

// A file that was cut anywhere in its last 64 KiB opens with all of it, or is refused by name. It never opens with a hole.
func TestCutFile(t *testing.T) {
	text, want := filledFile(t)
	step := 509
	switch {
	case *everyByte:
		step = 1
	case testing.Short():
		step = 4099
	}
	opened, refused := 0, 0
	for cut := 0; cut <= 64<<10 && cut <= len(text); cut += step {
		switch got, err := reopen(t, text[:len(text)-cut]); {
		case err == nil && got == want:
			opened++
		case err == nil:
			t.Errorf("%d bytes cut off: another world", cut)
		case !strings.Contains(err.Error(), store.FileName):
			t.Errorf("%d bytes cut off: %v", cut, err)
		default:
			refused++
		}
	}
	t.Logf("of %d cuts %d opened and %d were refused", opened+refused, opened, refused)
	if opened == 0 || refused == 0 {
		t.Error("both are expected")
	}
}

// A file of which a byte is another one opens with all of it, or is refused by name.
func TestDamagedFile(t *testing.T) {
	text, want := filledFile(t)
	step := 4093
	if testing.Short() {
		step = 20011
	}
	opened, refused := 0, 0
	for at := 0; at < len(text); at += step {
		damaged := append([]byte(nil), text...)
		damaged[at] ^= 0x55
		switch got, err := reopen(t, damaged); {
		case err == nil && got == want:
			opened++
		case err == nil:
			t.Errorf("byte %d of page %d: another world", at%4096, at/4096)
		case !strings.Contains(err.Error(), store.FileName):
			t.Errorf("byte %d: %v", at, err)
		default:
			refused++
		}
	}
	t.Logf("of %d damaged files %d opened and %d were refused", opened+refused, opened, refused)
}

// reopen is the world of a file.
func reopen(t *testing.T, text []byte) (exported string, err error) {
	t.Helper()
	dir := t.TempDir()
	defer os.RemoveAll(dir) // there are many
	if err := os.WriteFile(filepath.Join(dir, store.FileName), text, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(dir, store.Options{ReadOnly: true})
	if err != nil {
		return "", err
	}
	worlds, err := mockserver.ReadWorlds(s, mockserver.APIs()...)
	if err != nil {
		return "", errors.Join(err, s.Close())
	}
	defer s.Close()
	w, err := worlds.Lookup("w")
	if err != nil {
		return "", nil
	}
	var b strings.Builder
	err = worldfile.Write(&b, worlds.Export(w), mockserver.APIs()...)
	return b.String(), err
}
