//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

// hookAddress is a hook of the documented base world, in a world of any name.
const hookAddress = "/wh/yl8pspsbwcdrzgu3xgtcbmt2qc5f6q6k."

// memory is attacks that have many worlds, or one, keep much.
func memory() []attack {
	return []attack{
		{
			name: "journals", sent: "60,000 requests with 16 KiB to 2,000 worlds", bound: "the oldest journals give up", concurrent: true,
			serve: func(ctx context.Context, sc *scene) error { return journals(ctx, sc, 60_000, 2_000) },
		},
		{
			name: "few journals", sent: "3,000 requests with 16 KiB to 100 worlds", bound: "the oldest journals give up", quick: true, concurrent: true,
			serve: func(ctx context.Context, sc *scene) error { return journals(ctx, sc, 3_000, 100) },
		},
		{
			name: "sinks", sent: "15,000 deliveries of 64 KiB to sinks of 150 worlds", bound: "the worlds unused for longest make room", concurrent: true,
			wants: []int{503},
			serve: func(ctx context.Context, sc *scene) error {
				return atOnce(4, 15_000, func(i int) error {
					path := fmt.Sprintf("/_understudy/v1/worlds/sinks-%d/sinks/s%d", i%150, i%7)
					_, err := sc.client.want(ctx, call{method: http.MethodPost, path: path, body: repeated("x", 64<<10)}, 200, 410, 413)
					return err
				})
			},
		},
		{
			name: "sink answers", sent: "100 programs of 8 MiB for sinks of 20 worlds", bound: "413 beyond --memory, or the worlds unused for longest make room", concurrent: true,
			serve: func(ctx context.Context, sc *scene) error {
				return atOnce(4, 100, func(i int) error {
					body := repeatedBetween(`{"answers":[{"status":200,"body":"`, "x", 8<<20, `"}]}`)
					_, err := sc.client.want(ctx, call{method: http.MethodPut, path: fmt.Sprintf("/_understudy/v1/worlds/answers-%d/sinks/s%d", i%20, i), body: body}, 200, 410, 413, 429)
					return err
				})
			},
		},
		{
			name: "one queue", sent: "300 items of 5 MiB for one hook, 1.4 GB", bound: "413 beyond half of --memory", concurrent: true,
			serve: func(ctx context.Context, sc *scene) error { return queues(ctx, sc, 300, 1) },
		},
		{
			name: "full queue", sent: "40 items of 5 MiB for one hook", bound: "413 beyond half of --memory", quick: true, concurrent: true,
			serve: func(ctx context.Context, sc *scene) error { return queues(ctx, sc, 40, 1) },
		},
		{
			name: "queues", sent: "120 items of 5 MiB for hooks of 20 worlds", bound: "the worlds unused for longest make room", concurrent: true,
			serve: func(ctx context.Context, sc *scene) error { return queues(ctx, sc, 120, 20) },
		},
		{
			name: "small items", sent: "a world file of 200,000 small items, and 30 forks of it", bound: "made, or the worlds unused for longest make room", concurrent: true,
			serve: forks,
		},
		{
			name: "tokens", sent: "60,000 tokens in 30 worlds", bound: "10,000 a world", concurrent: true,
			serve: func(ctx context.Context, sc *scene) error {
				return atOnce(4, 60_000, func(i int) error {
					_, err := sc.client.want(ctx, call{method: http.MethodPost, path: fmt.Sprint("/_understudy/v1/worlds/tokens-", i%30, "/tokens"), body: strings.NewReader(`{}`)}, 201, 409, 410)
					return err
				})
			},
		},
		{
			name: "records", sent: "800 records of CRM.COM with 256 KiB in 10 worlds", bound: "413 beyond --memory, or the worlds unused for longest make room", concurrent: true,
			serve: func(ctx context.Context, sc *scene) error {
				return atOnce(4, 800, func(i int) error {
					body := repeatedBetween(fmt.Sprintf(`{"workflow_rule":{"alternative_code":"ACT-CREATED"},"entity_id":"e%d","data":{"x":"`, i), "x", 256<<10, `"}}`)
					_, err := sc.client.want(ctx, call{method: http.MethodPost, path: fmt.Sprint("/_understudy/v1/worlds/records-", i%10, "/crmcom/fire"), body: body}, 200, 410, 413, 429)
					return err
				})
			},
		},
		{
			name: "bodies", sent: "200 clients that send 5 MiB each and never end", bound: "429 beyond a quarter of --memory", quick: true, concurrent: true,
			serve: unfinished,
		},
		{
			name: "export", sent: "a queue of 50 MB, exported by 8 clients at once", bound: "item by item", concurrent: true,
			serve: exports,
		},
		{
			name: "worlds", sent: "20,000 names of worlds", bound: "2,048 worlds", concurrent: true, wants: []int{503},
			serve: func(ctx context.Context, sc *scene) error {
				return atOnce(8, 20_000, func(i int) error {
					_, err := sc.client.want(ctx, call{path: bystanderHook, token: fmt.Sprint("name-", i)}, 200)
					return err
				})
			},
		},
		{
			name: "kept worlds", sent: "200 worlds on a disk that change, are copied and dropped, with tokens that move between them", bound: "others go on", concurrent: true,
			flags: []string{"--data", dirFlag}, serve: keptWorlds,
		},
		{
			name: "list of worlds", sent: "2,000 worlds with journals, listed 50 times", bound: "others go on", concurrent: true,
			serve: func(ctx context.Context, sc *scene) error {
				if err := journals(ctx, sc, 8_000, 2_000); err != nil {
					return err
				}
				return atOnce(4, 50, func(int) error {
					_, err := sc.client.want(ctx, call{path: "/_understudy/v1/worlds"}, 200)
					return err
				})
			},
		},
	}
}

func journals(ctx context.Context, sc *scene, requests, worlds int) error {
	return atOnce(4, requests, func(i int) error {
		body := repeatedBetween(`{"ids":["`, "x", 16<<10, `"]}`)
		_, err := sc.client.want(ctx, call{method: http.MethodDelete, path: bystanderHook, token: fmt.Sprint("journal-", i%worlds), body: body}, 200, 400)
		return err
	})
}

// keptWorlds has several clients change the same few worlds of a server that keeps them.
func keptWorlds(ctx context.Context, sc *scene) error {
	return atOnce(8, 1_600, func(i int) error {
		world := fmt.Sprint("/worlds/kept-", i%200)
		for _, next := range []struct{ method, path, body string }{
			{http.MethodPost, world + "/clock/advance", `{"by":"1s"}`},
			{http.MethodPost, world + "/tokens", fmt.Sprintf(`{"token":"moves-%d"}`, i%7)},
			{http.MethodPost, world + "/fork", fmt.Sprintf(`{"as":"fork-%d"}`, i%50)},
			{http.MethodDelete, fmt.Sprint("/worlds/kept-", (i+3)%200), ""},
		}[i%4:][:1] {
			if _, err := sc.client.control(ctx, next.method, next.path, next.body); err != nil {
				return err
			}
		}
		return nil
	})
}

// queues are filled through the hooks' own addresses. What is full is told, and what made room too.
func queues(ctx context.Context, sc *scene, items, worlds int) error {
	for i := range worlds {
		if _, err := sc.client.control(ctx, http.MethodPost, fmt.Sprintf("/worlds/queue-%d/makecom/hooks", i), `{"id":9,"udid":"big","queueLimit":10000}`); err != nil {
			return err
		}
	}
	var refused atomic.Int64
	err := atOnce(3, items, func(i int) error {
		a, err := sc.client.want(ctx, call{method: http.MethodPost, path: fmt.Sprint("/wh/big.queue-", i%worlds), body: repeatedBetween(`{"x":"`, "x", 5<<20-100, `"}`)}, 200, 410, 413, 429)
		if a.status != http.StatusOK {
			refused.Add(1)
		}
		return err
	})
	if err == nil && refused.Load() == 0 && worlds == 1 {
		err = errors.New("all of it was taken")
	}
	return err
}

func forks(ctx context.Context, sc *scene) error {
	body := repeatedBetween(`{"makecom":{"hooks":[{"id":1,"queueLimit":1000000,"items":[`, `{"data":{}},`, 200_000*12, `{"data":{}}]}]}}`)
	if _, err := sc.client.want(ctx, call{method: http.MethodPut, path: "/_understudy/v1/worlds/small", body: body}, 200, 413); err != nil {
		return err
	}
	for i := range 30 {
		a, err := sc.client.control(ctx, http.MethodPost, "/worlds/small/fork", fmt.Sprintf(`{"as":"fork-%d"}`, i))
		if err != nil {
			return err
		}
		if a.status == http.StatusGone {
			return nil // it made room for its own forks
		}
	}
	return nil
}

// unfinished opens many requests whose bodies do not end.
func unfinished(ctx context.Context, sc *scene) error {
	ctx, cancel := context.WithTimeout(ctx, 8*time.Second)
	defer cancel()
	_ = atOnce(200, 200, func(int) error { // that they are refused, or cut off, is as it should be
		conn, err := sc.client.raw(ctx, "POST "+hookAddress+"bodies HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n")
		if err != nil {
			return err
		}
		return drip(ctx, conn, 5<<20)
	})
	return nil
}

// drip sends so many bytes at once, and then nothing until the time is over.
func drip(ctx context.Context, conn net.Conn, size int64) error {
	defer func() { _ = conn.Close() }() // nothing is read
	_ = conn.SetDeadline(time.Now().Add(6 * time.Second))
	_, err := io.Copy(conn, repeated("1000\r\n"+strings.Repeat("x", 0x1000)+"\r\n", size))
	if err == nil {
		<-ctx.Done()
	}
	return err
}

func exports(ctx context.Context, sc *scene) error {
	if _, err := sc.client.control(ctx, http.MethodPost, "/worlds/export/makecom/hooks", `{"id":9,"udid":"big","queueLimit":10000}`); err != nil {
		return err
	}
	err := atOnce(3, 10, func(int) error {
		_, err := sc.client.want(ctx, call{method: http.MethodPost, path: "/wh/big.export", body: repeatedBetween(`{"x":"`, "x", 5<<20-100, `"}`)}, 200)
		return err
	})
	if err != nil {
		return err
	}
	return atOnce(8, 8, func(int) error {
		a, err := sc.client.want(ctx, call{path: "/_understudy/v1/worlds/export"}, 200, 429)
		if err == nil && a.status == http.StatusOK && a.size < 50<<20 {
			err = fmt.Errorf("an export of %d bytes", a.size)
		}
		return err
	})
}
