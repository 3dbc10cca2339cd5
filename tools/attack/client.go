//go:build linux

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// client sends what attackers send, and keeps an eye on the answers: refusals that nobody asked for, and what belongs to the bystander.
type client struct {
	base   string
	addr   string
	http   *http.Client
	wanted []int

	mu    sync.Mutex
	wrong []string
}

func newClient(addr string, wanted ...int) *client {
	return &client{base: "http://" + addr, addr: addr, wanted: wanted, http: &http.Client{
		Timeout:   max(wait, 30*time.Second),
		Transport: &http.Transport{MaxIdleConnsPerHost: 256, DisableCompression: true, WriteBufferSize: 64 << 10},
	}}
}

// call is a request. The zero members are those of a GET without a credential.
type call struct {
	method, path string
	token        string
	body         io.Reader
	header       map[string]string
	host         string
}

// answer is what came back. Of a long body the end is thrown away, after it was looked at.
type answer struct {
	status int
	body   string
	size   int64
}

// cut stands for the status of a request whose connection ended before all of its body was sent: the answer may be lost then.
const cut = -1

// kept bounds what is kept of an answer.
const kept = 64 << 10

func (c *client) do(ctx context.Context, what call) (answer, error) {
	method := what.method
	if method == "" {
		method = http.MethodGet
	}
	request, err := http.NewRequestWithContext(ctx, method, c.base+what.path, what.body)
	if err != nil {
		return answer{}, err
	}
	if what.token != "" {
		request.Header.Set("Authorization", "Token "+what.token)
	}
	for name, value := range what.header {
		request.Header.Set(name, value)
	}
	if what.host != "" {
		request.Host = what.host
	}
	response, err := c.http.Do(request)
	if errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET) {
		return answer{status: cut}, nil
	}
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = response.Body.Close() }() // it was read to its end
	a, err := c.read(response)
	if a.status >= 500 && !slices.Contains(c.wanted, a.status) {
		c.note("%s %s: %d %s", method, what.path, a.status, firstLine(a.body))
	}
	return a, err
}

// read looks through the whole answer for what the bystander alone may see.
func (c *client) read(response *http.Response) (answer, error) {
	a := answer{status: response.StatusCode}
	var text bytes.Buffer
	piece, overlap := make([]byte, 256<<10), 0
	for {
		n, err := response.Body.Read(piece[overlap:])
		window := piece[:overlap+n]
		if bytes.Contains(window, []byte(secret)) {
			c.note("an attacker read what is in the bystander's world")
		}
		if room := kept - text.Len(); room > 0 {
			text.Write(piece[overlap:][:min(n, room)])
		}
		a.size += int64(n)
		keep := min(len(window), len(secret)-1)
		overlap = copy(piece, window[len(window)-keep:])
		if err != nil {
			a.body = text.String()
			if errors.Is(err, io.EOF) {
				return a, nil
			}
			return a, err
		}
	}
}

func (c *client) note(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.wrong) < 3 {
		c.wrong = append(c.wrong, fmt.Sprintf(format, args...))
	}
}

// unwanted is what no answer should have been.
func (c *client) unwanted() error {
	c.http.CloseIdleConnections()
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.wrong) == 0 {
		return nil
	}
	return errors.New(strings.Join(c.wrong, "; "))
}

// control is a call of the control API.
func (c *client) control(ctx context.Context, method, path, body string) (answer, error) {
	return c.do(ctx, call{method: method, path: "/_understudy/v1" + path, body: strings.NewReader(body)})
}

// want is do for an answer that has one of these statuses.
func (c *client) want(ctx context.Context, what call, statuses ...int) (answer, error) {
	a, err := c.do(ctx, what)
	if a.status == cut && slices.Contains(statuses, http.StatusRequestEntityTooLarge) {
		return a, err // it was refused before its end
	}
	if err == nil && !slices.Contains(statuses, a.status) {
		err = fmt.Errorf("%s %s: got %d, want %v: %s", what.method, what.path, a.status, statuses, firstLine(a.body))
	}
	return a, err
}

// raw opens a connection of its own and writes to it.
func (c *client) raw(ctx context.Context, text string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", c.addr)
	if err != nil {
		return nil, err
	}
	_, err = io.WriteString(conn, text)
	return conn, err
}

// atOnce calls do from several goroutines, each with numbers of its own below n, and returns what went wrong, once.
func atOnce(workers, n int, do func(i int) error) error {
	next := make(chan int)
	go func() {
		defer close(next)
		for i := range n {
			next <- i
		}
	}()
	var working sync.WaitGroup
	var once sync.Once
	var first error
	for range workers {
		working.Go(func() {
			for i := range next {
				if err := do(i); err != nil {
					once.Do(func() { first = err })
				}
			}
		})
	}
	working.Wait()
	return first
}

// repeated is a text over and over, up to so many bytes, without holding them.
func repeated(text string, size int64) io.Reader { return io.LimitReader(&ring{text: text}, size) }

type ring struct {
	text string
	at   int
}

func (r *ring) Read(p []byte) (n int, err error) {
	for n < len(p) {
		copied := copy(p[n:], r.text[r.at:])
		n += copied
		r.at = (r.at + copied) % len(r.text)
	}
	return n, nil
}
