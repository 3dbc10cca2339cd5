package main

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// firstRequest is the one whose answer a start ends with.
func firstRequest() httpRequest {
	return httpRequest{http.MethodGet, "/api/v2/hooks/654/incomings/stats", ""}
}

// compareStarts starts mock and bare gorilla/mux server by turns, and takes the time until each has answered a request.
func compareStarts(ctx context.Context, s settings) (string, error) {
	request := firstRequest()
	var bare, mock []time.Duration
	for range s.starts {
		took, _, err := firstAnswer(ctx, request, func() (*process, error) { return startBare(ctx, 100, true, anyProcessor) })
		if err != nil {
			return "", err
		}
		bare = append(bare, took)
		took, _, err = firstAnswer(ctx, request, func() (*process, error) { return startMock(ctx, s) })
		if err != nil {
			return "", err
		}
		mock = append(mock, took)
	}
	b, m := middle(bare), middle(mock)
	return fmt.Sprintf("%s, %.2f times (%s); median of %d", milliseconds(m), m.Seconds()/b.Seconds(), milliseconds(b), s.starts), nil
}

// weighIdle is the memory of a mock that has answered once.
func weighIdle(ctx context.Context, s settings) (string, error) {
	var all []int
	for range 5 {
		_, resident, err := firstAnswer(ctx, firstRequest(), func() (*process, error) { return startMock(ctx, s) })
		if err != nil {
			return "", err
		}
		all = append(all, resident)
	}
	return fmt.Sprintf("%s, median of %d", mebibytes(middle(all)), len(all)), nil
}

func firstAnswer(ctx context.Context, request httpRequest, start func() (*process, error)) (time.Duration, int, error) {
	began := time.Now()
	p, err := start()
	if err != nil {
		return 0, 0, err
	}
	defer p.stop()
	_, err = once(ctx, p.Addr, request.bytes(world{p.Addr, "demo"}))
	took := time.Since(began)
	if err != nil {
		return 0, 0, err
	}
	resident, err := p.Resident()
	return took, resident, err
}

// weighWorlds opens worlds in a fresh mock and tells what they add.
func weighWorlds(ctx context.Context, s settings) (string, error) {
	const worlds = 1000
	mock, err := startMock(ctx, s)
	if err != nil {
		return "", err
	}
	defer mock.stop()
	before := 0
	for i := range worlds + 1 {
		if err := (world{mock.Addr, fmt.Sprint("idle-", i)}).open(ctx); err != nil {
			return "", err
		}
		if i == 0 {
			if before, err = mock.Resident(); err != nil {
				return "", err
			}
		}
	}
	after, err := mock.Resident()
	return mebibytes(after - before), err
}
