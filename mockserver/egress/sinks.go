package egress

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/understudy-mock/understudy/mockserver/sink"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// address is a sink of this server.
type address struct {
	world *world.World
	name  string
}

// locate finds the sink that a URL leads to, if it leads to one of this server.
func (s *Sender) locate(from Origin, url string) (at address, found bool, err error) {
	name, sinkName, found := sink.Locate(from.BaseURL, from.World.Name, url)
	if !found {
		return address{}, false, nil
	}
	at = address{from.World, sinkName}
	if name != from.World.Name {
		at.world, err = s.worlds.Find(name)
	}
	if err != nil {
		return address{}, true, &AddressError{url, err.Error()}
	}
	return at, true, nil
}

// receive hands a message to the sink, and waits for the answer on the clock of the sink's world until ctx is over.
func (a address) receive(ctx context.Context, m Message, limit time.Duration) (*Answer, error) {
	programmed, err := a.world.Receive(a.name, sink.Delivery{
		Method: http.MethodPost, Path: sink.Path(a.world.Name, a.name), Header: m.Header, Body: m.Body,
	})
	if err != nil {
		return nil, err
	}
	if programmed.Delay >= limit {
		_ = a.world.Clock().Wait(ctx, limit) // the time is up either way
		return nil, context.DeadlineExceeded
	}
	if err := a.world.Clock().Wait(ctx, programmed.Delay); err != nil {
		return nil, err
	}
	return played(programmed)
}

// played is what a client sees of a programmed answer.
func played(programmed sink.Answer) (*Answer, error) {
	if programmed.Close == sink.CloseBefore {
		return nil, io.EOF
	}
	got := &Answer{Status: programmed.Status, Header: programmed.Header, Body: programmed.Body}
	if programmed.Close == sink.CloseHalf {
		got.Body = got.Body[:len(got.Body)/2]
		return got, io.ErrUnexpectedEOF
	}
	if len(got.Body) > MaxKept {
		got.Body, got.Cut = got.Body[:MaxKept], true
	}
	return got, nil
}
