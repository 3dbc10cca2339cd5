package cluster

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"iter"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
)

// A text is a row of messages of a subject of its own. Each begins with where in the text it stands, so that one that was taken twice does
// no harm; the last one has the checksum, and no text is one without it.

const (
	placeBytes = 8
	sumBytes   = 4
	endBit     = 1 << 63 // of the place of the end
)

//nolint:gochecknoglobals // a table that never changes
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// newText is a number that nobody else has.
func newText() uint64 { return rand.Uint64()>>1 + 1 }

func textSubject(n uint64) string { return textPrefix + strconv.FormatUint(n, 10) }

// textWriter writes a text of parts, each with its length before it.
type textWriter struct {
	stream  *stream
	number  uint64
	waiting []byte // not written yet
	place   uint64 // where that stands
	sum     uint32
}

// writeText keeps parts, and says how many bytes they take.
func (s *stream) writeText(ctx context.Context, parts iter.Seq2[[]byte, error]) (text uint64, size int, err error) {
	w := &textWriter{stream: s, number: newText()}
	defer func() {
		if errors.Is(err, errFull) {
			_ = s.purge(ctx, textSubject(w.number), 0) // the next owner finds it
		}
	}()
	for part, err := range parts {
		if err != nil {
			return 0, 0, err
		}
		w.waiting = append(binary.BigEndian.AppendUint32(w.waiting, uint32(len(part))), part...) //nolint:gosec // a part is about a megabyte
		if err := w.flush(ctx, chunk); err != nil {
			return 0, 0, err
		}
	}
	if err := w.flush(ctx, 1); err != nil {
		return 0, 0, err
	}
	end := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint64(nil, w.place|endBit), w.sum)
	return w.number, int(w.place), w.stream.persist(ctx, textSubject(w.number), end) //nolint:gosec // less than what memory holds
}

// flush writes what waits, as long as it is that much.
func (w *textWriter) flush(ctx context.Context, least int) error {
	for len(w.waiting) >= least {
		now := w.waiting[:min(chunk, len(w.waiting))]
		message := append(binary.BigEndian.AppendUint64(make([]byte, 0, placeBytes+len(now)), w.place), now...)
		if err := w.stream.persist(ctx, textSubject(w.number), message); err != nil {
			return err
		}
		w.sum = crc32.Update(w.sum, castagnoli, now)
		w.place += uint64(len(now))
		w.waiting = w.waiting[len(now):]
	}
	return nil
}

// persist tries again under the same id, which the servers take once.
func (s *stream) persist(ctx context.Context, subject string, data []byte) error {
	id := nats.NewInbox()
	for {
		_, err := s.publish(ctx, subject, id, data, nil)
		if err == nil {
			return nil
		}
		if isFull(err) {
			return fmt.Errorf("%w: %w", errFull, err)
		}
		if s.conn.IsClosed() || !pause(ctx, 50*time.Millisecond) {
			return fmt.Errorf("%w: %w", errDoubt, err)
		}
	}
}

// readText hands over the parts of a text.
func (s *stream) readText(ctx context.Context, number uint64, each func([]byte) error) error {
	r := textReader{each: each}
	if err := s.readRow(ctx, textSubject(number), r.message, func() bool { return r.whole }); err != nil {
		return fmt.Errorf("text %d: %w", number, err)
	}
	return nil
}

// textReader puts a text together out of its messages.
type textReader struct {
	each    func([]byte) error
	place   uint64 // that comes next
	waiting []byte // the beginning of a part
	sum     uint32
	whole   bool
}

func (r *textReader) message(m stored) error {
	if r.whole {
		return nil
	}
	return r.take(m.Data)
}

func (r *textReader) take(data []byte) error {
	if len(data) < placeBytes {
		return errHole
	}
	place, data := binary.BigEndian.Uint64(data), data[placeBytes:]
	if place&endBit != 0 {
		return r.end(place&^endBit, data)
	}
	if place < r.place { // it was taken twice
		return nil
	}
	if place > r.place {
		return errHole
	}
	r.place += uint64(len(data))
	r.sum = crc32.Update(r.sum, castagnoli, data)
	r.waiting = append(r.waiting, data...)
	return r.handOver()
}

func (r *textReader) end(place uint64, sum []byte) error {
	if len(sum) != sumBytes || place != r.place || binary.BigEndian.Uint32(sum) != r.sum || len(r.waiting) > 0 {
		return fmt.Errorf("its end does not fit: %w", errHole)
	}
	r.whole = true
	return nil
}

// handOver gives away the parts that are whole.
func (r *textReader) handOver() error {
	const prefix = 4
	for len(r.waiting) >= prefix {
		size := prefix + int(binary.BigEndian.Uint32(r.waiting))
		if len(r.waiting) < size {
			return nil
		}
		part := r.waiting[prefix:size:size]
		r.waiting = r.waiting[size:]
		if err := r.each(part); err != nil {
			return err
		}
	}
	return nil
}

// one is a text of one part.
func one(part []byte) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) { yield(part, nil) }
}

// readOne reads such a text.
func (s *stream) readOne(ctx context.Context, number uint64) (part []byte, err error) {
	err = s.readText(ctx, number, func(p []byte) error {
		part = p
		return nil
	})
	return part, err
}

// texts lists the texts that there are, with how many messages each has.
func (s *stream) texts(ctx context.Context) (all map[uint64]int, err error) {
	all = map[uint64]int{}
	for offset, more := 0, true; more; {
		var info struct {
			Total int `json:"total"`
			State struct {
				Subjects map[string]int `json:"subjects"`
			} `json:"state"`
		}
		if err := s.ask(ctx, "STREAM.INFO."+streamName, map[string]any{"subjects_filter": textPrefix + "*", "offset": offset}, &info); err != nil {
			return nil, err
		}
		for subject, messages := range info.State.Subjects {
			if n, err := strconv.ParseUint(subject[len(textPrefix):], 10, 64); err == nil {
				all[n] = messages
			}
		}
		offset += len(info.State.Subjects)
		more = offset < info.Total && len(info.State.Subjects) > 0
	}
	return all, nil
}
