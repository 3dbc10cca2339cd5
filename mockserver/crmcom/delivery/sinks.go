package delivery

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/understudy-mock/understudy/mockserver/sink"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// place is a sink of this server.
type place struct {
	world *world.World
	name  string
}

// locate finds the sink that a URL leads to, if it leads to one of this server.
func (s *Sender) locate(from Origin, url string) (at place, found bool, err error) {
	name, sinkName, found := sink.Locate(from.BaseURL, from.World.Name, url)
	if !found {
		return place{}, false, nil
	}
	at = place{from.World, sinkName}
	if name != from.World.Name {
		at.world, err = s.worlds.Find(name)
	}
	if err != nil {
		return place{}, true, &addressError{url, err.Error()}
	}
	return at, true, nil
}

// receive hands a letter to the sink, and waits for the answer on the clock of the sink's world.
func (p place) receive(ctx context.Context, l Letter, limit time.Duration) (*answer, error) {
	programmed, err := p.world.Receive(p.name, sink.Delivery{
		Method: http.MethodPost, Path: sink.Path(p.world.Name, p.name), Header: l.Header, Body: l.Body,
	})
	if err != nil {
		return nil, err
	}
	if programmed.Delay >= limit {
		_ = p.world.Clock().Wait(ctx, limit) // the time is up either way
		return nil, context.DeadlineExceeded
	}
	if err := p.world.Clock().Wait(ctx, programmed.Delay); err != nil {
		return nil, err
	}
	return played(programmed)
}

// played is what a client sees of a programmed answer.
func played(a sink.Answer) (*answer, error) {
	if a.Close == sink.CloseBefore {
		return nil, io.EOF
	}
	got := &answer{status: a.Status, header: a.Header, body: a.Body}
	if a.Close == sink.CloseHalf {
		got.body = got.body[:len(got.body)/2]
		return got, io.ErrUnexpectedEOF
	}
	if len(got.body) > maxKept {
		got.body, got.cut = got.body[:maxKept], true
	}
	return got, nil
}
