package control

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	api "github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// defaultWait is how long a reader waits for exchanges who does not say.
const defaultWait = 5 * time.Second

// GetJournal reads the exchanges of a world, and waits for them if need be.
func (s *server) GetJournal(ctx context.Context, req api.GetJournalRequestObject) (api.GetJournalResponseObject, error) {
	w, err := s.find(req.World)
	if err != nil {
		return nil, err
	}
	if err := checkJournalParams(req.Params); err != nil {
		return nil, err
	}
	wait, err := duration("timeout", req.Params.Timeout)
	if err != nil {
		return nil, err
	}
	if req.Params.Timeout == "" {
		wait = defaultWait
	}
	found, err := await(ctx, w.Journal, patternOf(req.Params), req.Params.Wait, wait)
	if err != nil {
		return nil, err
	}
	return shownJournal(w.Journal, latest(found, req.Params.Limit)), nil
}

// ClearJournal forgets the exchanges of a world.
func (s *server) ClearJournal(_ context.Context, req api.ClearJournalRequestObject) (api.ClearJournalResponseObject, error) {
	w, err := s.find(req.World)
	if err != nil {
		return nil, err
	}
	w.Journal.Clear()
	return api.ClearJournal204Response{}, nil
}

func checkJournalParams(p api.GetJournalParams) error {
	switch {
	case p.Limit < 0:
		return badValue("limit", "it is below zero")
	case p.Wait < 0:
		return badValue("wait", "it is below zero")
	case p.Format != "" && !p.Format.Valid():
		return badValue("format", fmt.Sprintf("%q is none of json, har, go, curl", p.Format))
	case p.Format != "" && p.Format != api.JSON:
		return pending("the journal as " + string(p.Format))
	}
	if _, err := time.ParseDuration(p.Timeout); p.Timeout != "" && err != nil {
		return badValue("timeout", fmt.Sprintf("%q is no duration, such as 200ms", p.Timeout))
	}
	return nil
}

func patternOf(p api.GetJournalParams) journal.Pattern {
	return journal.Pattern{Operation: p.Operation, Method: p.Method, Path: p.Path, Status: p.Status, Requirement: p.Requirement}
}

// await returns what matches as soon as that is enough. The time is the machine's: a frozen world waits too.
func await(ctx context.Context, j *journal.Journal, p journal.Pattern, enough int, most time.Duration) ([]*journal.Entry, error) {
	timer := time.NewTimer(most)
	defer timer.Stop()
	for {
		grown := j.Grown()
		found := p.Select(j.Entries())
		if len(found) >= enough {
			return found, nil
		}
		select {
		case <-grown:
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-timer.C:
			return nil, newProblem(http.StatusConflict, "wait-timeout", fmt.Sprintf("%d of %d exchanges came within %s", len(found), enough, most),
				"raise timeout, or look at the journal without wait").at("wait")
		}
	}
}

func latest(entries []*journal.Entry, limit int) []*journal.Entry {
	if limit > 0 && len(entries) > limit {
		return entries[len(entries)-limit:]
	}
	return entries
}

func shownJournal(j *journal.Journal, entries []*journal.Entry) api.GetJournal200JSONResponse {
	shown := api.GetJournal200JSONResponse{Entries: make([]api.JournalEntry, len(entries))}
	for i, e := range entries {
		shown.Entries[i] = shownEntry(e)
	}
	if all := j.Entries(); len(all) > 0 {
		shown.Dropped = int(all[0].Number - 1)
	}
	return shown
}

func shownEntry(e *journal.Entry) api.JournalEntry {
	e = e.Redacted()
	path, query, _ := strings.Cut(e.Request.Path, "?")
	return api.JournalEntry{
		Sequence:     int64(e.Number),
		At:           e.At,
		Took:         e.Took.String(),
		API:          e.API,
		Operation:    e.Operation,
		Method:       e.Request.Method,
		Path:         path,
		Query:        query,
		Status:       e.Response.Status,
		Requirements: requirementIDs(e.Requirements),
		Fault:        e.Fault,
		Mutant:       e.Mutant,
		Request:      message(e.Request.Header, e.Request.Body),
		Response:     message(e.Response.Header, e.Response.Body),
	}
}

func requirementIDs(requirements []*contract.Requirement) []string {
	ids := make([]string, len(requirements))
	for i, r := range requirements {
		ids[i] = r.ID
	}
	slices.Sort(ids)
	return ids
}

func message(header http.Header, body journal.Body) api.Message {
	m := api.Message{Headers: api.Headers(header), Truncated: body.Size > len(body.Bytes)}
	if utf8.Valid(body.Bytes) {
		m.Body = string(body.Bytes)
	} else {
		m.Body, m.Base64 = base64.StdEncoding.EncodeToString(body.Bytes), true
	}
	return m
}
