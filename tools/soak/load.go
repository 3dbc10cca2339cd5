package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
)

// load is clients that go on where they stopped.
type load struct {
	clients []*client
}

func newLoad(addr string, n int) *load {
	transport := &http.Transport{MaxIdleConnsPerHost: n}
	l := &load{}
	for i := range n {
		l.clients = append(l.clients, &client{
			http: &http.Client{Transport: transport}, base: "http://" + addr, world: fmt.Sprint("soak-", i), values: map[string]string{},
		})
	}
	return l
}

// send sends as many requests, shared out evenly, and returns the first failure.
func (l *load) send(ctx context.Context, requests int) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var working sync.WaitGroup
	for i, c := range l.clients {
		share := requests / len(l.clients)
		if i < requests%len(l.clients) {
			share++
		}
		working.Go(func() {
			if err := c.send(ctx, share); err != nil {
				cancel(err)
			}
		})
	}
	working.Wait()
	return context.Cause(ctx)
}

// client does one step after the other, in a world of its own.
type client struct {
	http   *http.Client
	base   string
	world  string
	done   int               // steps
	values map[string]string // what answers gave, for the steps after
}

func (c *client) send(ctx context.Context, requests int) error {
	all := steps()
	for range requests {
		s := all[c.done%len(all)]
		c.done++
		if err := c.do(ctx, s); err != nil {
			return fmt.Errorf("%s %s: %w", s.method, s.path, err)
		}
	}
	return nil
}

func (c *client) do(ctx context.Context, s step) error {
	request, err := http.NewRequestWithContext(ctx, s.method, c.base+c.filled(s.path), strings.NewReader(c.filled(s.body)))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Token "+c.filled("{world}"))
	if s.body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	answer, err := c.http.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }() // it was read to its end
	body, err := io.ReadAll(answer.Body)
	switch {
	case err != nil:
		return err
	case answer.StatusCode != s.status:
		return fmt.Errorf("%s, want %d: %s", answer.Status, s.status, body)
	case !bytes.Contains(body, []byte(s.says)):
		return fmt.Errorf("%s does not say %s", body, s.says)
	}
	return c.keep(s, answer.Header, body)
}

// keep notes what later steps need.
func (c *client) keep(s step, header http.Header, body []byte) error {
	switch s.keeps {
	case "":
		return nil
	case "item":
		c.values[s.keeps] = header.Get("X-Request-Id")
		return nil
	}
	var answer struct {
		Number string `json:"number"`
		Data   struct {
			Token string `json:"token"`
		} `json:"data"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return err
	}
	c.values["number"], c.values["login"] = answer.Number, answer.Data.Token
	return nil
}

// filled puts the client's values into a text.
func (c *client) filled(text string) string {
	text = strings.NewReplacer("{world}", c.world, "{count}", fmt.Sprint(c.done)).Replace(text)
	for name, value := range c.values {
		text = strings.ReplaceAll(text, "{"+name+"}", value)
	}
	return text
}
