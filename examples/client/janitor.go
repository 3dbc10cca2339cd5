// Command client is an invented integration that looks after webhooks: it throws away deliveries that have waited in a Make
// hook for too long, and sends again what a receiver of CRM.COM refused. Its tests show how to test such a program with
// the mock: in process in client_test.go, and against the binary in janitor.sh.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// Janitor looks after the webhooks of one account.
type Janitor struct {
	HTTP    *http.Client
	MakeURL string // base of Make's API
	CRMURL  string // base of CRM.COM's API
	Token   string

	MaxAge time.Duration                              // of a delivery
	Now    func() time.Time                           // for tests; time.Now
	Wait   func(context.Context, time.Duration) error // between two attempts, for tests
}

// Swept is what became of the deliveries that were too old.
type Swept struct {
	Deleted int
	Busy    bool // some are being processed and stay
}

// Sweep deletes the deliveries of a hook that are older than MaxAge.
func (j *Janitor) Sweep(ctx context.Context, hookID int) (Swept, error) {
	old, err := j.old(ctx, hookID)
	if err != nil || len(old) == 0 {
		return Swept{}, err
	}
	body, err := json.Marshal(map[string][]string{"ids": old})
	if err != nil {
		return Swept{}, err
	}
	var answer struct {
		Incomings []string
		Error     *struct{ Name, Message string }
	}
	if err := j.call(ctx, http.MethodDelete, j.hook(hookID), body, &answer); err != nil {
		return Swept{}, fmt.Errorf("delete: %w", err)
	}
	return Swept{Deleted: len(answer.Incomings), Busy: answer.Error != nil}, nil
}

// pageSize is how many deliveries are listed at once.
const pageSize = 2

// old lists the deliveries that are older than MaxAge, page by page, the oldest first.
func (j *Janitor) old(ctx context.Context, hookID int) (ids []string, err error) {
	limit := j.Now().Add(-j.MaxAge)
	for offset := 0; ; offset += pageSize {
		var page struct {
			Incomings []struct {
				ID      string
				Created time.Time
			}
		}
		query := url.Values{"pg[limit]": {fmt.Sprint(pageSize)}, "pg[offset]": {fmt.Sprint(offset)}}
		if err := j.call(ctx, http.MethodGet, j.hook(hookID)+"?"+query.Encode(), nil, &page); err != nil {
			return nil, fmt.Errorf("list: %w", err)
		}
		for _, i := range page.Incomings {
			if i.Created.Before(limit) {
				ids = append(ids, i.ID)
			}
		}
		if len(page.Incomings) < pageSize {
			return ids, nil
		}
	}
}

func (j *Janitor) hook(id int) string { return fmt.Sprintf("%s/hooks/%d/incomings", j.MakeURL, id) }

// envelope is what CRM.COM puts around every answer. Its HTTP status may be 200 for a refusal.
type envelope struct {
	Status struct{ Code, Message string }
	Data   json.RawMessage
}

// Resend sends the rejected webhook requests of an entity again, and returns how many were accepted this time.
func (j *Janitor) Resend(ctx context.Context, entity string) (accepted int, err error) {
	query := url.Values{"token": {j.Token}, "entity": {entity}, "life_cycle_state": {"REJECTED"}, "fields_set": {"number"}}
	var rejected []struct{ Number string }
	if err := j.crm(ctx, http.MethodGet, "/webhook_requests/list?"+query.Encode(), nil, &rejected); err != nil {
		return 0, fmt.Errorf("list: %w", err)
	}
	for _, r := range rejected {
		body, err := json.Marshal(map[string]any{"token": j.Token, "webhook_request_identifier": map[string]string{"number": r.Number}})
		if err != nil {
			return accepted, err
		}
		var after struct {
			State string `json:"life_cycle_state"`
		}
		if err := j.crm(ctx, http.MethodPost, "/webhook_requests/resend", body, &after); err != nil {
			return accepted, fmt.Errorf("resend %s: %w", r.Number, err)
		}
		if after.State == "SUCCESSFUL" {
			accepted++
		}
	}
	return accepted, nil
}

func (j *Janitor) crm(ctx context.Context, method, path string, body []byte, data any) error {
	var e envelope
	if err := j.call(ctx, method, j.CRMURL+path, body, &e); err != nil {
		return err
	}
	if e.Status.Code != "OK" {
		return fmt.Errorf("%s: %s", e.Status.Code, e.Status.Message)
	}
	return json.Unmarshal(e.Data, data)
}

// attempts is how often a call is tried. Resending is the one call that must not be repeated blindly; it is repeated only
// when the vendor says that it did nothing.
const attempts = 4

// errAgain says that a call may be tried again.
var errAgain = errors.New("try again")

func (j *Janitor) call(ctx context.Context, method, address string, body []byte, answer any) (err error) {
	pause := time.Second
	for n := range attempts {
		if n > 0 {
			if err := j.Wait(ctx, pause); err != nil {
				return err
			}
			pause *= 2
		}
		if err = j.once(ctx, method, address, body, answer); !errors.Is(err, errAgain) {
			return err
		}
	}
	return fmt.Errorf("gave up after %d attempts: %w", attempts, err)
}

func (j *Janitor) once(ctx context.Context, method, address string, body []byte, answer any) error {
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Token "+j.Token)
	req.Header.Set("Content-Type", "application/json")
	res, err := j.HTTP.Do(req)
	if err != nil {
		return j.maybe(method, err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	switch {
	case res.StatusCode == http.StatusTooManyRequests || res.StatusCode == http.StatusServiceUnavailable:
		return fmt.Errorf("%w: %s", errAgain, res.Status)
	case res.StatusCode >= http.StatusInternalServerError:
		return j.maybe(method, errors.New(res.Status))
	case err != nil:
		return j.maybe(method, err)
	case res.StatusCode != http.StatusOK:
		return fmt.Errorf("%s: %s", res.Status, text)
	}
	if err := json.Unmarshal(text, answer); err != nil {
		return j.maybe(method, err)
	}
	return nil
}

// maybe lets a call be repeated that can do no harm when it was carried out already.
func (*Janitor) maybe(method string, err error) error {
	if method == http.MethodPost {
		return err
	}
	return fmt.Errorf("%w: %w", errAgain, err)
}
