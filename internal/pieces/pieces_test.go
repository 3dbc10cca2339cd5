package pieces_test

import (
	"bytes"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"github.com/understudy-mock/understudy/internal/pieces"
)

// text draws lengths about those at which a piece ends.
func text(t *rapid.T, label string) []byte {
	const piece = 64 << 10
	length := rapid.OneOf(rapid.IntRange(0, 10), rapid.IntRange(piece-2, piece+2), rapid.IntRange(3*piece-2, 3*piece+2)).Draw(t, label)
	b := make([]byte, length)
	for i := range b {
		b[i] = byte(i * 7 >> 3)
	}
	return b
}

func TestCopyIsCopy(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from, to := text(t, "from"), text(t, "to")
		want := make([]byte, len(to))
		clear(to)
		if n, wantN := pieces.Copy(to, from), copy(want, from); n != wantN || !bytes.Equal(to, want) {
			t.Fatalf("copied %d bytes, want %d", n, wantN)
		}
		if clone := pieces.Clone(from); !bytes.Equal(clone, from) {
			t.Fatal("the clone differs")
		}
	})
	if err := iotest.TestReader(pieces.NewReader(bytes.Repeat([]byte("ab"), 100<<10)), bytes.Repeat([]byte("ab"), 100<<10)); err != nil {
		t.Error(err)
	}
	if pieces.Clone(nil) != nil {
		t.Error("the clone of nothing is something")
	}
}

func TestABufferHoldsWhatIsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var got pieces.Buffer
		var want bytes.Buffer
		for range rapid.IntRange(0, 8).Draw(t, "writes") {
			if rapid.Bool().Draw(t, "a byte") {
				_ = got.WriteByte('x') // it never fails
				want.WriteByte('x')
				continue
			}
			p := text(t, "text")
			if n, err := got.Write(p); n != len(p) || err != nil {
				t.Fatalf("wrote %d of %d: %v", n, len(p), err)
			}
			want.Write(p)
			if rapid.IntRange(0, 9).Draw(t, "reset") == 0 {
				got.Reset()
				want.Reset()
			}
		}
		if !bytes.Equal(got.Bytes(), want.Bytes()) {
			t.Fatalf("%d bytes, want %d", len(got.Bytes()), want.Len())
		}
	})
}
