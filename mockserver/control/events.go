package control

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	controlapi "github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/mockserver/refusal"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// Bounds of a stream of events. Whoever reads slower than a world works is told how many events it missed.
const (
	mostEvents = 500              // in one write
	heartbeat  = 10 * time.Second // between two signs of life
	lookout    = time.Second      // between two looks at what time alone has made happen
	slowest    = 5 * time.Second  // for one write, before the stream is given up
)

// events streams what happens in a world as server-sent events. It reads the journal like anybody else, so that a page
// which is slow or asleep holds nothing up.
func (s *server) events(w http.ResponseWriter, r *http.Request) {
	of, err := s.worlds.Lookup(r.PathValue("world")) // a look makes no world
	if err != nil {
		refuse(w, r, inField("world", err))
		return
	}
	follower := of.Journal.Follow(of.Journal.Total())
	if last := r.Header.Get("Last-Event-ID"); last != "" {
		after, err := strconv.ParseUint(last, 10, 64)
		if err != nil {
			refuse(w, r, refusal.BadValue("Last-Event-ID", fmt.Sprintf("%q is no number of an exchange", last)))
			return
		}
		follower = of.Journal.Follow(after)
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusOK)
	stream := stream{http.NewResponseController(w), w}
	if stream.send([]byte(": the events of this world\n\n")) == nil {
		s.follow(r.Context(), of, follower, stream)
	}
}

// follow writes until the client leaves, is too slow, or the world is replaced. What time alone makes happen, such as a schedule, happens
// when somebody looks: as long as there is a reader, the stream does.
func (s *server) follow(ctx context.Context, of *world.World, follower *journal.Follower, to stream) {
	beat, look := time.NewTicker(heartbeat), time.NewTicker(lookout)
	defer beat.Stop()
	defer look.Stop()
	by := &passing{of: of}
	by.look()
	for {
		heard, more := follower.Next(mostEvents)
		if to.send(s.eventsOf(heard)) != nil {
			return
		}
		by.tell(heard)
		select {
		case <-ctx.Done():
			return
		case <-s.streams:
			return
		case <-more:
		case <-look.C:
			if to.send(by.look()) != nil {
				return
			}
		case <-beat.C:
			if to.send([]byte(": alive\n\n")) != nil {
				return
			}
		}
		if now, err := s.worlds.Lookup(of.Name); err != nil || now != of {
			return // the client comes back, and finds the world as it is then
		}
	}
}

// passing is the time that passes in a world, as far as a client was told what it made happen.
type passing struct {
	of   *world.World
	told uint64 // moment that the client knows of
}

// tell notes what the client was told.
func (p *passing) tell(heard journal.Heard) {
	for _, entries := range [][]*journal.Entry{heard.Exchanges, heard.Commands} {
		for _, e := range entries {
			p.told = max(p.told, e.Moment)
		}
	}
}

// look has happen what is due, and writes that the world has moved, where the client does not know.
func (p *passing) look() []byte {
	p.of.CatchUp()
	now := p.of.Moment()
	if now <= p.told {
		return nil
	}
	p.told = now
	var b bytes.Buffer
	writeEvent(&b, "moved", 0, map[string]uint64{"moment": now})
	return b.Bytes()
}

// stream is a connection that is written to event by event.
type stream struct {
	control *http.ResponseController
	w       http.ResponseWriter
}

func (s stream) send(text []byte) error {
	if len(text) == 0 {
		return nil
	}
	_ = s.control.SetWriteDeadline(time.Now().Add(slowest)) // a writer without deadlines is bounded by its client
	if _, err := s.w.Write(text); err != nil {
		return err
	}
	return s.control.Flush()
}

// eventsOf writes what was heard in the form of server-sent events.
func (s *server) eventsOf(heard journal.Heard) []byte {
	var b bytes.Buffer
	if heard.Cleared {
		writeEvent(&b, "reset", 0, struct{}{})
	}
	if heard.Skipped > 0 {
		writeEvent(&b, "skipped", 0, map[string]uint64{"count": heard.Skipped})
	}
	for _, e := range heard.Commands {
		writeEvent(&b, "command", 0, brief(shownEntry(e)))
	}
	for _, e := range heard.Exchanges {
		writeEvent(&b, "exchange", e.Number, s.shownEvent(e))
	}
	return b.Bytes()
}

// shownEvent is an entry without its messages: whoever wants them asks the journal.
func (s *server) shownEvent(e *journal.Entry) controlapi.JournalEntry {
	shown := brief(shownEntry(e))
	shown.Unread, _ = s.unread(e) // a document that cannot be read is told of by the journal
	return shown
}

func writeEvent(b *bytes.Buffer, name string, id uint64, data any) {
	if id > 0 {
		fmt.Fprintf(b, "id: %d\n", id)
	}
	text, err := json.Marshal(data)
	if err != nil {
		return // every event is made of texts and numbers
	}
	fmt.Fprintf(b, "event: %s\ndata: %s\n\n", name, text)
}
