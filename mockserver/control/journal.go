package control

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	controlapi "github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/mockserver/refusal"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// defaultWait is how long a reader waits for exchanges who does not say.
const defaultWait = 5 * time.Second

// GetJournal reads the exchanges of a world, and waits for them if need be.
func (s *server) GetJournal(ctx context.Context, req controlapi.GetJournalRequestObject) (controlapi.GetJournalResponseObject, error) {
	if err := checkJournalParams(req.Params); err != nil {
		return nil, err
	}
	wait, err := refusal.Duration("timeout", req.Params.Timeout)
	if err != nil {
		return nil, err
	}
	if req.Params.Timeout == "" {
		wait = defaultWait
	}
	if req.Params.Wait > 0 {
		s.awaitWorld(ctx, req.World, wait)
	}
	w, err := s.look(req.World)
	if err != nil {
		return nil, err
	}
	if err := s.checkNames(w.Journal, req.Params); err != nil {
		return nil, err
	}
	found, err := await(ctx, w.Journal, filterOf(req.Params), req.Params.Wait, wait)
	if err != nil {
		return nil, err
	}
	switch req.Params.Format {
	case controlapi.Go:
		text, err := s.replay(w, wanted(found, req.Params), journal.WriteGo)
		return controlapi.GetJournal200TextXGoResponse{Body: text, ContentLength: int64(text.Len())}, err
	case controlapi.Curl:
		text, err := s.replay(w, wanted(found, req.Params), func(to io.Writer, entries []*journal.Entry, names ...journal.Names) error {
			return journal.WriteCurl(to, journal.Server{Vendors: exchange.From(ctx).BaseURL, Control: ownURL(ctx)}, entries, names...)
		})
		return controlapi.GetJournal200TextXShellscriptResponse{Body: text, ContentLength: int64(text.Len())}, err
	case controlapi.Har, controlapi.JSON, "":
	}
	if req.Params.Commands {
		found = matching(w.Journal.WithCommands(w.Journal.Entries()), filterOf(req.Params))
	}
	if req.Params.Sequence > 0 {
		found = slices.DeleteFunc(found, func(e *journal.Entry) bool { return int64(e.Number) != req.Params.Sequence || e.Command })
	}
	entries := wanted(found, req.Params)
	if req.Params.Format == controlapi.Har {
		return har(entries)
	}
	return s.shownJournal(w.Journal, entries, req.Params)
}

// wanted are the latest of those entries that have the text that is asked for.
func wanted(entries []*journal.Entry, p controlapi.GetJournalParams) []*journal.Entry {
	return latest(withText(entries, p.Text), p.Limit)
}

// withText narrows to the exchanges that have a text somewhere. What is redacted is not searched.
func withText(entries []*journal.Entry, text string) []*journal.Entry {
	text = strings.ToLower(strings.TrimSpace(text))
	if text == "" {
		return entries
	}
	return slices.DeleteFunc(entries, func(e *journal.Entry) bool { return !hasText(e.Redacted(), text) })
}

func hasText(e *journal.Entry, text string) bool {
	parts := []string{
		e.Operation, e.Request.Method + " " + e.Request.Path, strconv.Itoa(e.Response.Status), e.Fault, e.Mutant, e.Transition.String(),
		string(e.Request.Body.Bytes), string(e.Response.Body.Bytes),
	}
	parts = append(parts, requirementIDs(e)...)
	for _, header := range []http.Header{e.Request.Header, e.Response.Header} {
		for name, values := range header {
			parts = append(parts, name+": "+strings.Join(values, ", "))
		}
	}
	return slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(strings.ToLower(part), text) })
}

func matching(entries []*journal.Entry, f journal.Filter) []*journal.Entry {
	return slices.DeleteFunc(entries, func(e *journal.Entry) bool { return !f.Match(e) })
}

// replay writes exchanges in a form that can be run.
func (s *server) replay(w *world.World, exchanges []*journal.Entry, write func(io.Writer, []*journal.Entry, ...journal.Names) error) (*bytes.Buffer, error) {
	var text bytes.Buffer
	story, err := Story(s.worlds, s.apis, w, exchanges)
	if err == nil {
		err = cannotReplay(write(&text, story, mockapi.Names(s.apis)...))
	}
	return &text, err
}

func har(entries []*journal.Entry) (controlapi.GetJournalResponseObject, error) {
	var text bytes.Buffer
	if err := journal.WriteHAR(&text, entries); err != nil {
		return nil, err
	}
	var archive controlapi.GetJournal200ApplicationHarPlusJSONResponse
	err := json.Unmarshal(text.Bytes(), &archive)
	return archive, err
}

func cannotReplay(err error) error {
	if err == nil {
		return nil
	}
	return refusal.New(refusal.Conflict, "not-replayable", err.Error(), "narrow the journal to exchanges that were kept whole").At("format")
}

// ClearJournal forgets the exchanges of a world.
func (s *server) ClearJournal(_ context.Context, req controlapi.ClearJournalRequestObject) (controlapi.ClearJournalResponseObject, error) {
	w, err := s.look(req.World)
	if err != nil {
		return nil, err
	}
	w.Journal.Clear()
	return controlapi.ClearJournal204Response{}, nil
}

func checkJournalParams(p controlapi.GetJournalParams) error {
	switch {
	case p.Limit < 0:
		return refusal.BadValue("limit", "it is below zero")
	case p.Wait < 0:
		return refusal.BadValue("wait", "it is below zero")
	case p.Format != "" && !p.Format.Valid():
		return refusal.BadValue("format", fmt.Sprintf("%q is none of json, har, go, curl", p.Format))
	}
	if p.Body != "" && !json.Valid([]byte(p.Body)) {
		return refusal.BadValue("body", "it is no JSON")
	}
	if _, err := time.ParseDuration(p.Timeout); p.Timeout != "" && err != nil {
		return refusal.BadValue("timeout", fmt.Sprintf("%q is no duration; give one with its unit, such as 200ms or 5s", p.Timeout))
	}
	return nil
}

// checkNames refuses names that are nowhere. Commands have operations of the control API.
func (s *server) checkNames(j *journal.Journal, p controlapi.GetJournalParams) error {
	f := filterOf(p)
	if _, ours := commandOf(s.apis, f.Operation); ours && p.Commands {
		f.Operation = ""
	}
	var unknown *journal.NameError
	if err := j.Check(f); errors.As(err, &unknown) {
		return unknownName("", unknown)
	}
	return nil
}

func filterOf(p controlapi.GetJournalParams) journal.Filter {
	return journal.Filter{
		Operation: p.Operation, Method: p.Method, Path: p.Path, Status: p.Status, Requirement: p.Requirement, Fault: p.Fault, Body: wantedBody(json.RawMessage(p.Body)),
	}
}

// awaitWorld waits until somebody makes a world, because a reader does not.
func (s *server) awaitWorld(ctx context.Context, name string, most time.Duration) {
	const often = 20 * time.Millisecond
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	for {
		if _, err := s.worlds.Lookup(name); err == nil {
			return
		}
		select {
		case <-time.After(often):
		case <-ctx.Done():
			return
		}
	}
}

// await returns what matches as soon as that is enough. The time is the machine's: a frozen world waits too.
func await(ctx context.Context, j *journal.Journal, f journal.Filter, enough int, most time.Duration) ([]*journal.Entry, error) {
	waiting, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	found, err := j.Wait(waiting, f, enough)
	if err != nil && ctx.Err() == nil {
		return nil, refusal.New(refusal.Conflict, "wait-timeout", fmt.Sprintf("%d of %d exchanges came within %s", len(found), enough, most),
			"raise timeout, or look at the journal without wait").At("wait")
	}
	return found, err
}

func latest(entries []*journal.Entry, limit int) []*journal.Entry {
	if limit > 0 && len(entries) > limit {
		return entries[len(entries)-limit:]
	}
	return entries
}

func (s *server) shownJournal(j *journal.Journal, entries []*journal.Entry, p controlapi.GetJournalParams) (controlapi.GetJournalResponseObject, error) {
	shown := controlapi.GetJournal200JSONResponse{Entries: make([]controlapi.JournalEntry, len(entries)), Dropped: int(j.Dropped()), Resumed: shownResumed(j.Resumed())}
	for i, e := range entries {
		if shown.Entries[i] = shownEntry(e); p.Brief {
			shown.Entries[i] = brief(shown.Entries[i])
		}
		if !p.Unread {
			continue
		}
		unread, err := s.unread(e)
		if err != nil {
			return nil, err
		}
		shown.Entries[i].Unread = unread
	}
	return shown, nil
}

func shownResumed(r journal.Resumed) controlapi.JournalResumed {
	if r.At.IsZero() {
		return controlapi.JournalResumed{}
	}
	return controlapi.JournalResumed{At: r.At.UTC(), After: int64(r.After), Whole: r.Whole}
}

// brief is an entry without its messages.
func brief(e controlapi.JournalEntry) controlapi.JournalEntry {
	e.Request, e.Response = controlapi.Message{}, controlapi.Message{}
	return e
}

func shownEntry(e *journal.Entry) controlapi.JournalEntry {
	e = e.Redacted()
	path, query, _ := strings.Cut(e.Request.Path, "?")
	return controlapi.JournalEntry{
		Sequence:     int64(e.Number),
		Command:      e.Command,
		At:           e.At,
		Took:         e.Took.String(),
		API:          e.API,
		Operation:    e.Operation,
		Method:       e.Request.Method,
		Path:         path,
		Query:        query,
		Status:       e.Response.Status,
		Requirements: requirementIDs(e),
		Fault:        e.Fault,
		Mutant:       e.Mutant,
		Transition:   e.Transition.String(),
		Moment:       int64(e.Moment),
		Request:      message(e.Request.Header, e.Request.Body),
		Response:     message(e.Response.Header, e.Response.Body),
	}
}

// requirementIDs are in the order of the decisions, those that speak of the operation before the others.
func requirementIDs(e *journal.Entry) []string {
	own, others := make([]string, 0, len(e.Requirements)), []string(nil)
	for _, r := range e.Requirements {
		if r.Operation == e.Operation {
			own = append(own, r.ID)
		} else {
			others = append(others, r.ID)
		}
	}
	return append(own, others...)
}

func message(header http.Header, body journal.Body) controlapi.Message {
	m := controlapi.Message{Headers: controlapi.Headers(header), Truncated: body.Size > len(body.Bytes)}
	if utf8.Valid(body.Bytes) {
		m.Body = string(body.Bytes)
	} else {
		m.Body, m.Base64 = base64.StdEncoding.EncodeToString(body.Bytes), true
	}
	return m
}
