package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
)

// Names in the NATS account. Everything is in one stream, so that one NATS server leads it all: with a bucket of its own for the lease,
// the loss of either leader would stop the answers.
const (
	streamName  = "UNDERSTUDY"
	logSubject  = "understudy.log"   // what happened, in one row
	textPrefix  = "understudy.text." // and a number: the parts of a text
	leaseKey    = "understudy.owner" // which replica has the worlds; the last message counts
	format      = "1"
	formatKey   = "understudy-format"
	replicas    = 3 // servers that keep everything, where there is a cluster of them
	leastMajor  = 2
	leastMinor  = 14
	leastServer = "2.14"
)

// attempt bounds one question to the servers: while they elect a leader, nobody answers.
const attempt = 2 * time.Second

// stream is the connection to what the replicas share.
type stream struct {
	conn    *nats.Conn
	kept    int   // servers that keep a message
	promise Worth // known once the replica takes part
	link    link
}

// link is over when the connection to a server is: what was asked there is answered by nobody.
type link struct {
	mu  sync.Mutex
	ctx context.Context //nolint:containedctx // it is the connection's
	end context.CancelFunc
}

func (l *link) begin() context.Context {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ctx == nil {
		l.ctx, l.end = context.WithCancel(context.Background())
	}
	return l.ctx
}

func (l *link) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ctx != nil {
		l.end()
	}
	l.ctx = nil
}

// apiError is a refusal of JetStream's.
type apiError struct {
	Code        int    `json:"code"`
	Number      int    `json:"err_code"`
	Description string `json:"description"`
}

func (e *apiError) Error() string { return fmt.Sprintf("%s (%d)", e.Description, e.Number) }

// Numbers of refusals.
const (
	noSuchStream  = 10059
	noSuchMessage = 10037
	accountIsFull = 10002
	serverIsBusy  = 10023
	diskIsFull    = 10047
	notStored     = 10077
)

// isFull reports whether JetStream refused a message before it kept any of it, because a limit is reached.
func isFull(err error) bool {
	var refused *apiError
	if !errors.As(err, &refused) {
		return false
	}
	switch refused.Number {
	case accountIsFull, serverIsBusy, diskIsFull:
		return true
	case notStored:
		return strings.HasPrefix(refused.Description, "maximum ") // messages or bytes
	}
	return false
}

func isRefusal(err error, number int) bool {
	var refused *apiError
	return errors.As(err, &refused) && refused.Number == number
}

// ask calls JetStream's API.
func (s *stream) ask(ctx context.Context, call string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	return s.request(ctx, &nats.Msg{Subject: "$JS.API." + call, Data: body}, out)
}

// within bounds one question.
func (s *stream) within(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(ctx, attempt)
	stop := context.AfterFunc(s.link.begin(), cancel)
	return ctx, func() {
		stop()
		cancel()
	}
}

func (s *stream) request(ctx context.Context, m *nats.Msg, out any) error {
	ctx, cancel := s.within(ctx)
	defer cancel()
	answer, err := s.conn.RequestMsgWithContext(ctx, m)
	if err != nil {
		return err
	}
	var says struct {
		Error *apiError `json:"error"`
	}
	if err := json.Unmarshal(answer.Data, &says); err != nil {
		return fmt.Errorf("the answer of JetStream cannot be read: %w", err)
	}
	if says.Error != nil {
		return says.Error
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(answer.Data, out)
}

// publish adds a message of that id, which is taken once. Where a last sequence of the subject is expected, it is taken only after that.
func (s *stream) publish(ctx context.Context, subject, id string, data []byte, after *uint64) (sequence uint64, err error) {
	m := &nats.Msg{Subject: subject, Data: data, Header: nats.Header{}}
	m.Header.Set("Nats-Msg-Id", id)
	if after != nil {
		m.Header.Set("Nats-Expected-Last-Subject-Sequence", strconv.FormatUint(*after, 10))
	}
	var ack struct {
		Sequence  uint64 `json:"seq"`
		Duplicate bool   `json:"duplicate"`
	}
	if err := s.request(ctx, m, &ack); err != nil {
		return 0, err
	}
	if ack.Sequence == 0 || ack.Duplicate && after != nil {
		return 0, errDoubt // of a message before: what the subject has come to tells
	}
	return ack.Sequence, nil
}

// stored is a message as JetStream hands it out.
type stored struct {
	Sequence uint64 `json:"seq"`
	Data     []byte `json:"data"`
}

// last is the last message of a subject, as the stream's leader knows it; found is false for none. A leader that was cut off from the
// other servers may know an older one.
func (s *stream) last(ctx context.Context, subject string) (m stored, found bool, err error) {
	var answer struct {
		Message stored `json:"message"`
	}
	err = s.ask(ctx, "STREAM.MSG.GET."+streamName, map[string]string{"last_by_subj": subject}, &answer)
	if isRefusal(err, noSuchMessage) {
		return stored{}, false, nil
	}
	return answer.Message, err == nil, err
}

// several is how much one question for messages is answered with.
const (
	severalMessages = 500
	severalBytes    = 4 << 20
)

// next hands over messages of a subject from a sequence on, as many as one question brings: none may be more than there are. Any of the
// servers answers, and may know less than another.
func (s *stream) next(ctx context.Context, subject string, from uint64, each func(stored) error) (n int, err error) {
	ctx, cancel := s.within(ctx)
	defer cancel()
	inbox := s.conn.NewInbox()
	answers, err := s.conn.SubscribeSync(inbox)
	if err != nil {
		return 0, err
	}
	defer answers.Unsubscribe() //nolint:errcheck // the connection is gone, at worst
	question, err := json.Marshal(map[string]any{"seq": max(from, 1), "next_by_subj": subject, "batch": severalMessages, "max_bytes": severalBytes})
	if err != nil {
		return 0, err
	}
	if err := s.conn.PublishRequest("$JS.API.DIRECT.GET."+streamName, inbox, question); err != nil {
		return 0, err
	}
	for ; ; n++ {
		m, err := answers.NextMsgWithContext(ctx)
		if err != nil {
			return n, err
		}
		switch status := m.Header.Get("Status"); status {
		case "":
		case "204", "404":
			return n, nil
		default:
			return n, fmt.Errorf("%s %s: %w", status, m.Header.Get("Description"), nats.ErrNoResponders)
		}
		sequence, err := strconv.ParseUint(m.Header.Get("Nats-Sequence"), 10, 64)
		if err != nil {
			return n, err
		}
		if err := each(stored{sequence, m.Data}); err != nil {
			return n, err
		}
	}
}

// patience is how long messages may not come that are there: while servers elect a leader, or catch up.
const patience = 20 * time.Second

// errSilent says that a message does not come that is there, or was: the end of what comes before it is a hole.
var errSilent = fmt.Errorf("no server hands it out; %w", errHole)

// readRow hands over the messages of a subject, the oldest first, until it is done.
func (s *stream) readRow(ctx context.Context, subject string, each func(stored) error, done func() bool) error {
	after, wrong := uint64(0), error(nil)
	for patient := time.Now(); ; {
		n, err := s.next(ctx, subject, after+1, func(m stored) error {
			after, wrong = m.Sequence, each(m)
			return wrong
		})
		switch {
		case wrong != nil:
			return wrong
		case done():
			return nil
		case n > 0:
			patient = time.Now()
		case time.Since(patient) > patience || !pause(ctx, again): // the server may know less than another one
			return errors.Join(errSilent, err)
		}
	}
}

// purge removes the messages of a subject before a sequence, all of them for 0.
func (s *stream) purge(ctx context.Context, subject string, before uint64) error {
	return s.ask(ctx, "STREAM.PURGE."+streamName, map[string]any{"filter": subject, "seq": before}, nil)
}

// purgeAllBut is purge for all but so many messages, the last ones.
func (s *stream) purgeAllBut(ctx context.Context, subject string, keep int) error {
	return s.ask(ctx, "STREAM.PURGE."+streamName, map[string]any{"filter": subject, "keep": keep}, nil)
}

// pause reports whether the time has passed before the context was over.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// append adds to the log behind the message that is given. Whatever a server says or does not say, it is asked again what the log has come
// to: a message of the same id is this one, any other one after the given is a lost race, and none means that the message can be sent
// again, because of the two only one can follow. So a refusal of a healthy server (error 10164) and an answer that got lost do no harm. That
// there is no room is taken for what it is only where nothing was sent before that may still arrive.
func (s *stream) append(ctx context.Context, e envelope) (sequence uint64, err error) {
	text, err := json.Marshal(e)
	if err != nil {
		return 0, err
	}
	for doubt := false; ; doubt = doubt || !isFull(err) {
		if sequence, err = s.publish(ctx, logSubject, e.ID, text, &e.Prev); err == nil {
			return sequence, nil
		}
		at, newest, readErr := s.newest(ctx)
		switch {
		case readErr != nil:
		case newest.ID == e.ID:
			return at, nil
		case at > e.Prev:
			return 0, errLost
		case isFull(err) && !doubt:
			return 0, fmt.Errorf("%w: %w", errFull, err)
		}
		if s.conn.IsClosed() || !pause(ctx, 10*time.Millisecond) {
			return 0, fmt.Errorf("%w: %w", errDoubt, err)
		}
	}
}

// newest is the last message of the log, sequence 0 for none.
func (s *stream) newest(ctx context.Context) (sequence uint64, e envelope, err error) {
	m, found, err := s.last(ctx, logSubject)
	if err != nil || !found {
		return 0, envelope{}, err
	}
	return m.Sequence, e, json.Unmarshal(m.Data, &e)
}
