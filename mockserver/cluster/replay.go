package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// message is an envelope where it stands.
type message struct {
	sequence uint64
	envelope
}

// chain is the log as it was read: every message follows the one before.
type chain struct {
	messages []message
	ignored  int // messages that no server should have taken
	bytes    int
	seen     uint64
	far      []far
}

// take adds a message. One whose writer was no owner any more, or did not know of the message before, is none: everybody who reads sees
// it so.
func (c *chain) take(m stored) error {
	c.seen = m.Sequence
	var e envelope
	if err := json.Unmarshal(m.Data, &e); err != nil {
		return fmt.Errorf("message %d of the stream %s: %w", m.Sequence, streamName, err)
	}
	if n := len(c.messages); n > 0 {
		before := c.messages[n-1]
		if e.Epoch < before.Epoch || e.Prev < before.sequence {
			c.ignored++
			return nil
		}
		if e.Prev > before.sequence {
			return fmt.Errorf("message %d of the stream %s: %w", m.Sequence, streamName, errHole)
		}
	}
	c.messages = append(c.messages, message{m.Sequence, e})
	c.bytes += len(m.Data)
	return nil
}

// read reads the log up to a message that is there.
func (s *stream) read(ctx context.Context, upTo uint64) (*chain, error) {
	c := new(chain)
	err := s.readRow(ctx, logSubject, c.take, func() bool { return c.seen >= upTo })
	if errors.Is(err, errSilent) {
		err = fmt.Errorf("message %d of the stream %s: %w", c.seen+1, streamName, err)
	}
	return c, err
}

// state is what the log has come to. What an index says is read by load.
func (c *chain) state(load func(text uint64) ([]byte, error)) (*state, error) {
	if err := c.fetch(load); err != nil {
		return nil, err
	}
	s, next, err := c.beginning(load)
	if err != nil {
		return nil, err
	}
	for _, m := range c.messages[next:] {
		if m.Base != nil {
			s.base = *m.Base
		}
		for _, l := range m.Lines {
			if _, err := s.apply(l); err != nil {
				return nil, fmt.Errorf("message %d of the stream %s: %w", m.sequence, streamName, err)
			}
		}
	}
	return s, nil
}

// fetch reads the lines that are elsewhere, of messages that are needed: the texts of others may be gone.
func (c *chain) fetch(load func(text uint64) ([]byte, error)) error {
	from := uint64(0)
	if at := c.indexed(); at >= 0 {
		from = c.messages[at].From
	}
	for i := range c.messages {
		m := &c.messages[i]
		if m.Far == 0 || m.sequence < from {
			continue
		}
		text, err := load(m.Far)
		if err == nil {
			err = json.Unmarshal(text, &m.Lines)
		}
		if err != nil {
			return fmt.Errorf("message %d of the stream %s: %w", m.sequence, streamName, err)
		}
		c.far = append(c.far, far{m.sequence, m.Far})
		c.bytes += len(text)
	}
	return nil
}

// far is where the lines of a message are that was too small for them.
type far struct{ sequence, text uint64 }

// beginning is the state at the last index, and where the messages after it begin.
func (c *chain) beginning(load func(text uint64) ([]byte, error)) (s *state, next int, err error) {
	first := c.messages[0]
	early := map[uint64][]record{}
	at := c.indexed()
	if first.Prev != 0 && (at < 0 || c.messages[at].From <= first.Prev) {
		return nil, 0, fmt.Errorf("the first message of the stream %s is %d: %w", streamName, first.sequence, errHole)
	}
	if at < 0 {
		return newState(), 0, nil
	}
	for _, m := range c.messages[:at] {
		for _, l := range m.Lines {
			if l.Record != nil {
				early[l.World] = append(early[l.World], record{l.After + 1, l.Record})
			}
		}
	}
	text, err := load(c.messages[at].Index)
	if err != nil {
		return nil, 0, err
	}
	var i index
	if err := json.Unmarshal(text, &i); err != nil {
		return nil, 0, err
	}
	s, err = i.state(early)
	return s, at + 1, err
}

// indexed is which message has the last index, -1 for none.
func (c *chain) indexed() int {
	for at := len(c.messages) - 1; at >= 0; at-- {
		if c.messages[at].Index != 0 {
			return at
		}
	}
	return -1
}
