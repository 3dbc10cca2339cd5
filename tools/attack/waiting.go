//go:build linux

package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// waiting is attacks that keep others waiting.
func waiting() []attack {
	return []attack{
		{
			name: "catching up", sent: "20,000 scheduled items, a clock that goes on by years, exports and new worlds at once", bound: "slices of 2,048 items", concurrent: true, quick: true, brief: true,
			serve: catchUp,
		},
		{
			name: "schedule", sent: "a run every nanosecond for a century, no item", bound: "at once", quick: true, brief: true,
			serve: fastSchedule,
		},
		{
			name: "slow heads", sent: "300 connections that send a byte of a head a second", bound: "10 s a head", quick: true, concurrent: true,
			serve: slowHeads,
		},
		{
			name: "deaf clients", sent: "50 clients that ask for an export of 10 MB and never read it", bound: "2 minutes an answer", quick: true, concurrent: true,
			serve: deaf,
		},
		{
			name: "heads", sent: "a megabyte of headers, and 10,000 of them", bound: "431", quick: true,
			serve: largeHeads,
		},
		{
			name: "streams", sent: "300 streams of events of worlds that change", bound: "others go on", quick: true, concurrent: true,
			serve: streams,
		},
	}
}

func catchUp(ctx context.Context, sc *scene) error {
	world := `{"clock":{"mode":"frozen","now":"2026-01-01T00:00:00Z"},"makecom":{"hooks":[{"id":1,"udid":"slow","queueLimit":1000000,` +
		`"processing":{"mode":"scheduled","every":"1s","maxResults":1,"duration":"1h"},"items":[`
	body := repeatedBetween(world, `{"data":{}},`, 20_000*12, `{"data":{}}]}]}}`)
	if _, err := sc.client.want(ctx, call{method: http.MethodPut, path: "/_understudy/v1/worlds/late", body: body}, 200); err != nil {
		return err
	}
	if _, err := sc.client.want(ctx, call{method: http.MethodPost, path: "/_understudy/v1/worlds/late/clock/advance", body: strings.NewReader(`{"by":"87600h"}`)}, 200); err != nil {
		return err
	}
	return atOnce(6, 60, func(i int) error {
		path := "/_understudy/v1/worlds/late"
		if i%2 == 1 {
			path = fmt.Sprintf("/_understudy/v1/worlds/new-%d/clock", i)
		}
		_, err := sc.client.want(ctx, call{path: path}, 200, 429) // large exports at once are bounded
		return err
	})
}

func fastSchedule(ctx context.Context, sc *scene) error {
	hook := `{"id":9,"udid":"fast","processing":{"mode":"scheduled","every":"1ns","maxResults":1}}`
	if _, err := sc.client.control(ctx, http.MethodPost, "/worlds/fast/makecom/hooks", hook); err != nil {
		return err
	}
	if _, err := sc.client.control(ctx, http.MethodPut, "/worlds/fast/clock", `{"mode":"frozen","now":"2026-01-01T00:00:00Z"}`); err != nil {
		return err
	}
	if _, err := sc.client.control(ctx, http.MethodPost, "/worlds/fast/clock/advance", `{"by":"876000h"}`); err != nil {
		return err
	}
	_, err := sc.client.want(ctx, call{path: "/api/v2/hooks/9/incomings/stats", token: "fast"}, 200)
	return err
}

func slowHeads(ctx context.Context, sc *scene) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	_ = atOnce(300, 300, func(int) error { // they are cut off, which is as it should be
		conn, err := sc.client.raw(ctx, "GET / HT")
		if err != nil {
			return err
		}
		<-ctx.Done()
		return conn.Close()
	})
	return nil
}

func largeHeads(ctx context.Context, sc *scene) error {
	for _, head := range []string{"X: " + strings.Repeat("x", 1<<20) + "\r\n", strings.Repeat("X: y\r\n", 100_000)} {
		conn, err := sc.client.raw(ctx, "GET "+bystanderHook+" HTTP/1.1\r\nHost: 127.0.0.1\r\n")
		if err != nil {
			return err
		}
		_ = conn.SetDeadline(time.Now().Add(wait))
		_, _ = io.WriteString(conn, head+"\r\n") // it is refused before its end
		answer := make([]byte, 64)
		n, _ := conn.Read(answer)
		_ = conn.Close()
		if n > 0 && !strings.Contains(string(answer[:n]), " 431 ") {
			return fmt.Errorf("the answer begins with %q", answer[:n])
		}
	}
	return nil
}

func deaf(ctx context.Context, sc *scene) error {
	body := repeatedBetween(`{"makecom":{"hooks":[{"id":1,"queueLimit":1000000,"items":[`, `{"data":{"x":"`+strings.Repeat("x", 1000)+`"}},`, 10<<20, `{"data":{}}]}]}}`)
	if _, err := sc.client.want(ctx, call{method: http.MethodPut, path: "/_understudy/v1/worlds/deaf", body: body}, 200); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 8*time.Second)
	defer cancel()
	_ = atOnce(50, 50, func(int) error { // they are cut off at the end
		conn, err := sc.client.raw(ctx, "GET /_understudy/v1/worlds/deaf HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
		if err != nil {
			return err
		}
		<-ctx.Done()
		return conn.Close()
	})
	return nil
}

func streams(ctx context.Context, sc *scene) error {
	ctx, cancel := context.WithTimeout(ctx, 6*time.Second)
	defer cancel()
	opened := make(chan struct{}, 300)
	go func() {
		_ = atOnce(300, 300, func(i int) error { // they are cut off at the end
			conn, err := sc.client.raw(ctx, fmt.Sprintf("GET /_understudy/v1/worlds/stream-%d/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", i%3))
			opened <- struct{}{}
			if err != nil {
				return err
			}
			<-ctx.Done()
			return conn.Close()
		})
	}()
	for range cap(opened) {
		<-opened
	}
	err := atOnce(4, 1500, func(i int) error {
		_, err := sc.client.do(ctx, call{method: http.MethodPost, path: hookAddress + fmt.Sprint("stream-", i%3), body: strings.NewReader(`{"a":1}`)})
		return err
	})
	if ctx.Err() != nil {
		return nil // the time was over
	}
	return err
}
