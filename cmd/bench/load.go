package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"sync"
	"time"
)

// source gives the next request of a client, as bytes for the wire; nil when there are no more.
type source func(client int) []byte

// burst is what came of a burst of load.
type burst struct {
	rate float64 // answers per second
	took []time.Duration
}

// percentile is the time within which such a part of the answers came.
func (b burst) percentile(part float64) time.Duration {
	return b.took[int(part*float64(len(b.took)-1))]
}

// load lets clients send requests, each its next one when it has its answer, for a time. An answer other than 200 is an error.
// The client is no more than a socket: the less it costs, the more of the time is the server's.
func load(ctx context.Context, addr string, clients int, d time.Duration, next source) (burst, error) {
	began := time.Now()
	took := make([][]time.Duration, clients)
	errs := make([]error, clients)
	var all sync.WaitGroup
	for i := range clients {
		all.Go(func() { took[i], errs[i] = client(ctx, addr, began.Add(d), func() []byte { return next(i) }) })
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		return burst{}, err
	}
	b := burst{took: slices.Concat(took...)}
	b.rate = float64(len(b.took)) / time.Since(began).Seconds()
	slices.Sort(b.took)
	if len(b.took) == 0 {
		return b, errors.New("no request was sent")
	}
	return b, nil
}

func client(ctx context.Context, addr string, until time.Time, next func() []byte) (took []time.Duration, err error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }()
	answers := bufio.NewReaderSize(conn, 32<<10)
	for now := time.Now(); now.Before(until); {
		request := next()
		if request == nil {
			return took, nil
		}
		if _, err := conn.Write(request); err != nil {
			return took, err
		}
		if _, err := readAnswer(answers); err != nil {
			return took, fmt.Errorf("%s: %w", bytes.SplitN(request, []byte("\r\n"), 2)[0], err)
		}
		then := time.Now()
		took, now = append(took, then.Sub(now)), then
	}
	return took, nil
}

// readAnswer reads an answer and returns the length of its body.
func readAnswer(r *bufio.Reader) (size int, err error) {
	status, err := r.ReadSlice('\n')
	if err != nil {
		return 0, err
	}
	if !bytes.HasPrefix(status, []byte("HTTP/1.1 200 ")) {
		rest, _ := io.ReadAll(io.LimitReader(r, int64(r.Buffered())))
		return 0, fmt.Errorf("%s%s", status, rest)
	}
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		if len(line) == len("\r\n") {
			_, err := r.Discard(size)
			return size, err
		}
		if value, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			if size, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return 0, err
			}
		}
	}
}
