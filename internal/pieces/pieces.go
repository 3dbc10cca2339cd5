// Package pieces copies long texts piece by piece. The runtime stops a goroutine between two copies and never within one, and a collection
// begins and ends with all of them stopped: while megabytes are copied to memory that nobody has touched yet, every request would wait.
package pieces

import "bytes"

// size takes well under a millisecond to copy, however slow the machine is in giving memory out.
const size = 64 << 10

// Copy is copy.
func Copy(to, from []byte) (n int) {
	for n < min(len(to), len(from)) {
		n += copy(to[n:min(len(to), n+size)], from[n:])
	}
	return n
}

// Clone is [bytes.Clone].
func Clone(b []byte) []byte {
	if b == nil {
		return nil
	}
	clone := make([]byte, len(b))
	Copy(clone, b)
	return clone
}

// Grow returns the same bytes with room for so many, those that are there included.
func Grow(b []byte, room int) []byte {
	if cap(b) >= room {
		return b
	}
	grown := make([]byte, len(b), room)
	Copy(grown, b)
	return grown
}

// Buffer holds what is written to it. The zero Buffer is empty.
type Buffer struct{ bytes []byte }

// Bytes is what was written since the last Reset, until the next one.
func (b *Buffer) Bytes() []byte { return b.bytes }

// Cap is how much the buffer holds without growing.
func (b *Buffer) Cap() int { return cap(b.bytes) }

// Reset empties the buffer, which keeps its memory.
func (b *Buffer) Reset() { b.bytes = b.bytes[:0] }

// Write implements io.Writer.
func (b *Buffer) Write(p []byte) (int, error) {
	from := b.extend(len(p))
	return Copy(b.bytes[from:], p), nil
}

// WriteByte implements io.ByteWriter.
func (b *Buffer) WriteByte(c byte) error {
	b.bytes[b.extend(1)] = c
	return nil
}

// extend makes room for so many bytes behind those that are there, and returns where it begins.
func (b *Buffer) extend(n int) (from int) {
	from = len(b.bytes)
	if from+n > cap(b.bytes) {
		b.bytes = Grow(b.bytes, max(from+n, 2*cap(b.bytes)))
	}
	b.bytes = b.bytes[:from+n]
	return from
}

// Reader reads bytes, a piece at a time.
type Reader struct{ bytes.Reader }

// NewReader returns a reader of some bytes.
func NewReader(b []byte) *Reader {
	var r Reader
	r.Reset(b)
	return &r
}

// Read implements io.Reader.
func (r *Reader) Read(p []byte) (int, error) { return r.Reader.Read(p[:min(len(p), size)]) }
