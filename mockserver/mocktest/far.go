package mocktest

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// farJournal reads the journal of a world in another process.
func (b *Bench) farJournal(ctx context.Context, f journal.Filter, query url.Values) []*journal.Entry {
	b.t.Helper()
	var shown control.Journal
	b.must(b.call(ctx, http.MethodGet, "/journal?"+b.query(f, query), nil, &shown))
	entries := make([]*journal.Entry, len(shown.Entries))
	for i, e := range shown.Entries {
		entry, err := b.entryOf(e)
		b.must(err)
		entries[i] = entry
	}
	return entries
}

// query adds what a filter asks for.
func (b *Bench) query(f journal.Filter, query url.Values) string {
	b.t.Helper()
	body, err := wanted(f.Body)
	b.must(err)
	status := ""
	if f.Status != 0 {
		status = strconv.Itoa(f.Status)
	}
	for name, value := range map[string]string{
		"operation": f.Operation, "method": f.Method, "path": f.Path, "status": status, "requirement": f.Requirement, "fault": f.Fault, "body": string(body),
	} {
		if value != "" {
			query.Set(name, value)
		}
	}
	return query.Encode()
}

func (b *Bench) entryOf(e control.JournalEntry) (*journal.Entry, error) {
	took, err := time.ParseDuration(e.Took)
	if err != nil {
		return nil, err
	}
	path := e.Path
	if e.Query != "" {
		path += "?" + e.Query
	}
	asked, err := bodyOf(e.Request)
	if err != nil {
		return nil, err
	}
	answered, err := bodyOf(e.Response)
	return &journal.Entry{
		Number: uint64(e.Sequence), Command: e.Command, At: e.At, Took: took, API: e.API, Operation: e.Operation, Requirements: b.requirements(e.Requirements),
		Fault: e.Fault, Mutant: e.Mutant, Transition: journal.ParseTransition(e.Transition), Moment: uint64(e.Moment),
		Request:  journal.Request{Method: e.Method, Path: path, Header: http.Header(e.Request.Headers), Body: asked},
		Response: journal.Response{Status: e.Status, Header: http.Header(e.Response.Headers), Body: answered},
	}, err
}

// bodyOf is a body as the journal shows it. How long one that was cut is, it does not say.
func bodyOf(m control.Message) (journal.Body, error) {
	text := []byte(m.Body)
	if m.Base64 {
		var err error
		if text, err = base64.StdEncoding.DecodeString(m.Body); err != nil {
			return journal.Body{}, err
		}
	}
	size := len(text)
	if m.Truncated {
		size++
	}
	return journal.Body{Bytes: text, Size: size}, nil
}

// requirements are those of the contracts, or for those of somebody else's API ones that have an id alone.
func (b *Bench) requirements(ids []string) []*contract.Requirement {
	b.t.Helper()
	found := make([]*contract.Requirement, len(ids))
	for i, id := range ids {
		found[i] = &contract.Requirement{ID: id}
		for _, api := range b.contracts() {
			if known := api.Requirement(id); known != nil {
				found[i] = known
			}
		}
	}
	return found
}
