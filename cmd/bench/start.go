package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// compareStarts starts mock and bare gorilla/mux server by turns, and takes the time until each has answered a request.
func compareStarts(ctx context.Context, s settings) error {
	request := httpRequest{http.MethodGet, "/api/v2/hooks/654/incomings/stats", ""}
	var bare, mock []time.Duration
	idle := 0
	for range s.starts {
		took, _, err := firstAnswer(ctx, request, func() (*process, error) { return startBare(ctx, 100, true) })
		if err != nil {
			return err
		}
		bare = append(bare, took)
		took, resident, err := firstAnswer(ctx, request, func() (*process, error) { return startMock(ctx, s) })
		if err != nil {
			return err
		}
		mock = append(mock, took)
		idle = max(idle, resident)
	}
	slices.Sort(bare)
	slices.Sort(mock)
	b, m := bare[len(bare)/2], mock[len(mock)/2]
	fmt.Fprintf(s.out, "\nStart to the first answer, median of %d: %s; the bare gorilla/mux server %s; %.2f times as long.\n",
		s.starts, milliseconds(m), milliseconds(b), m.Seconds()/b.Seconds())
	fmt.Fprintf(s.out, "Resident with the base world, at most: %s.\n", mebibytes(idle))
	return nil
}

func firstAnswer(ctx context.Context, request httpRequest, start func() (*process, error)) (time.Duration, int, error) {
	began := time.Now()
	p, err := start()
	if err != nil {
		return 0, 0, err
	}
	defer p.stop()
	_, err = once(ctx, p.addr, request.bytes(world{p.addr, "demo"}))
	took := time.Since(began)
	if err != nil {
		return 0, 0, err
	}
	resident, err := p.resident()
	return took, resident, err
}

// weighWorlds opens worlds in a fresh mock and tells what they add.
func weighWorlds(ctx context.Context, s settings) error {
	const worlds = 1000
	mock, err := startMock(ctx, s)
	if err != nil {
		return err
	}
	defer mock.stop()
	before := 0
	for i := range worlds + 1 {
		if err := (world{mock.addr, fmt.Sprint("idle-", i)}).open(ctx); err != nil {
			return err
		}
		if i == 0 {
			if before, err = mock.resident(); err != nil {
				return err
			}
		}
	}
	after, err := mock.resident()
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%d worlds, each opened by one request, add: %s.\n", worlds, mebibytes(after-before))
	return nil
}
