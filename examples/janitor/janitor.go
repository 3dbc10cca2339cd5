// Package janitor is a fictitious client of Make's queue: it lists what waits on a hook and clears it out.
//
// Its point are the two test suites beside it. Package thin checks that things work; package thorough checks what
// happens when they do not. Broken vendors tell them apart:
//
//	understudy mutate makecom -- go test ./examples/janitor/thin
//	understudy mutate makecom -- go test ./examples/janitor/thorough
package janitor

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// Queue is the queue of one hook.
type Queue struct {
	Client  *http.Client
	BaseURL string // of the API, such as https://eu1.make.com/api/v2
	Token   string
	HookID  int
}

// Item is one delivery that waits.
type Item struct {
	ID   string `json:"id"`
	Size int    `json:"size"`
}

// Cleared says what a clearing did.
type Cleared struct {
	Deleted []string
	Busy    bool // something stayed because it is being processed
}

// Error is a refusal of the API.
type Error struct {
	Status  int    `json:"-"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

func (e *Error) Error() string { return fmt.Sprintf("%d %s: %s", e.Status, e.Code, e.Message) }

// pageSize is small, so that a test with a handful of items turns pages.
const pageSize = 2

// List reads the whole queue, page by page, oldest first.
func (q Queue) List(ctx context.Context) ([]Item, error) {
	var all []Item
	for {
		var page struct {
			Incomings []Item `json:"incomings"`
		}
		path := fmt.Sprintf("?pg[limit]=%d&pg[offset]=%d", pageSize, len(all))
		if err := q.call(ctx, http.MethodGet, path, nil, &page); err != nil {
			return nil, err
		}
		all = append(all, page.Incomings...)
		if len(page.Incomings) < pageSize {
			return all, nil
		}
	}
}

// Count is the number of items in the queue.
func (q Queue) Count(ctx context.Context) (int, error) {
	var body struct {
		IncomingStat struct {
			Queue int `json:"queue"`
		} `json:"incomingStat"`
	}
	err := q.call(ctx, http.MethodGet, "/stats", nil, &body)
	return body.IncomingStat.Queue, err
}

// Remove deletes the named items.
func (q Queue) Remove(ctx context.Context, ids ...string) (Cleared, error) {
	return q.remove(ctx, "", map[string]any{"ids": ids})
}

// Clear deletes everything but the items to keep. Without confirm the API refuses.
func (q Queue) Clear(ctx context.Context, confirm bool, keep ...string) (Cleared, error) {
	query := ""
	if confirm {
		query = "?confirmed=true"
	}
	return q.remove(ctx, query, map[string]any{"all": true, "exceptIds": append([]string{}, keep...)})
}

func (q Queue) remove(ctx context.Context, query string, selection map[string]any) (Cleared, error) {
	var body struct {
		Incomings []string        `json:"incomings"`
		Error     json.RawMessage `json:"error"`
	}
	err := q.call(ctx, http.MethodDelete, query, selection, &body)
	return Cleared{Deleted: body.Incomings, Busy: body.Error != nil}, err
}

func (q Queue) call(ctx context.Context, method, rest string, send, receive any) error {
	var body io.Reader
	if send != nil {
		text, err := json.Marshal(send)
		if err != nil {
			return err
		}
		body = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, fmt.Sprintf("%s/hooks/%d/incomings%s", q.BaseURL, q.HookID, rest), body)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Token "+q.Token)
	request.Header.Set("Content-Type", "application/json")
	answer, err := q.Client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }() // it was only read
	if answer.StatusCode != http.StatusOK {
		refusal := &Error{Status: answer.StatusCode}
		_ = json.NewDecoder(answer.Body).Decode(refusal) // the status alone will do
		return refusal
	}
	return json.NewDecoder(answer.Body).Decode(receive)
}
