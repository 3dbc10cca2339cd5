//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
)

// secret is in the bystander's world and nowhere else.
const secret = "bystander-8c1f5a2e"

// inhabited is the name of that world. Lists of worlds have it.
const inhabited = "inhabited"

// bystander asks for its own world all the time, and expects to find there what it put in and nothing else.
type bystander struct {
	http *http.Client
	base string

	waited []time.Duration
	wrong  error
	done   chan struct{}
	first  chan struct{}     // closed when it was answered once
	want   map[string]string // answers by path
}

const bystanderHook = "/api/v2/hooks/654/incomings"

func newBystander(ctx context.Context, addr string) (*bystander, error) {
	b := &bystander{http: &http.Client{Timeout: wait}, base: "http://" + addr, done: make(chan struct{}), first: make(chan struct{}), want: map[string]string{}}
	deliver := b.base + "/wh/yl8pspsbwcdrzgu3xgtcbmt2qc5f6q6k." + inhabited
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, deliver, strings.NewReader(`{"mine":"`+secret+`"}`))
	if err != nil {
		return nil, err
	}
	response, err := b.http.Do(request)
	if err != nil {
		return nil, err
	}
	if err := response.Body.Close(); err != nil {
		return nil, err
	}
	for _, path := range []string{bystanderHook, bystanderHook + "/stats"} {
		text, _, err := b.ask(ctx, path)
		if err != nil {
			return nil, err
		}
		b.want[path] = text
	}
	return b, nil
}

// ask returns an answer and how long it took.
func (b *bystander) ask(ctx context.Context, path string) (string, time.Duration, error) {
	began := time.Now()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, b.base+path, http.NoBody)
	if err != nil {
		return "", 0, err
	}
	request.Header.Set("Authorization", "Token "+inhabited)
	response, err := b.http.Do(request)
	if err != nil {
		return "", 0, err
	}
	defer func() { _ = response.Body.Close() }() // it was read to its end
	text, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", response.Status, firstLine(string(text)))
	}
	return string(text), time.Since(began), err
}

// pause is the time between two requests of the bystander.
const pause = 2 * time.Millisecond

func (b *bystander) use(ctx context.Context) {
	defer close(b.done)
	paths := []string{bystanderHook, bystanderHook + "/stats"}
	for i := 0; ctx.Err() == nil; i++ {
		path := paths[i%len(paths)]
		text, took, err := b.ask(ctx, path)
		if ctx.Err() != nil {
			return // a request that was broken off says nothing
		}
		if b.waited = append(b.waited, took); len(b.waited) == 1 {
			close(b.first)
		}
		switch {
		case err != nil:
			b.wrong = fmt.Errorf("the bystander: %w", err)
		case text != b.want[path]:
			b.wrong = fmt.Errorf("the bystander's world is another one: %s", firstLine(text))
		}
		if b.wrong != nil {
			return
		}
		time.Sleep(pause)
	}
}

// ended waits for the last request, and returns the time that 99 of 100 requests took at most.
func (b *bystander) ended() (time.Duration, error) {
	<-b.done
	if len(b.waited) == 0 {
		return 0, errors.Join(b.wrong, errors.New("the bystander was never answered"))
	}
	slices.Sort(b.waited)
	return b.waited[len(b.waited)*99/100], b.wrong
}
