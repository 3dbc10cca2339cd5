package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"time"
)

// httpRequest is a request that is sent as it is.
type httpRequest struct {
	method, path, body string
}

func (r httpRequest) bytes(w world) []byte {
	head := fmt.Sprintf("%s %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: bench\r\nAuthorization: Token %s\r\n", r.method, r.path, w.addr, w.name)
	if r.body != "" {
		head += fmt.Sprintf("Content-Type: application/json\r\nContent-Length: %d\r\n", len(r.body))
	}
	return []byte(head + "\r\n" + r.body)
}

// once sends one request and returns the length of the answer's body.
func once(ctx context.Context, addr string, request []byte) (size int, err error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
	if err != nil {
		return 0, err
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.Write(request); err != nil {
		return 0, err
	}
	return readAnswer(bufio.NewReader(conn))
}

// operation is what is measured, and what is wanted of it; 0 for nothing.
type operation struct {
	name string
	// arrange fills the world and returns what gives the requests of a burst, which may be limited in number.
	arrange arrangement
	times   float64 // of a bare net/http server's processor time per answer, at most
	rate    float64 // of a bare net/http server's answers per second, at least
	heavy   bool    // to arrange it takes seconds
}

func operations() []operation {
	return []operation{
		{name: "makecom stats", times: 1.5, rate: 0.75, arrange: onHook(1, func(h hook) httpRequest { return httpRequest{http.MethodGet, h.path() + "/stats", ""} })},
		{name: "makecom list, 50 of 50", times: 1.8, rate: 0.65, arrange: listed(50, 0)},
		{name: "makecom list, 50 of 10,000 at 9,900", times: 1.8, rate: 0.65, arrange: listed(10_000, 9900)},
		{name: "makecom list, 50 of 1,000,000, first", times: 1.8, rate: 0.65, heavy: true, arrange: listed(1_000_000, 0)},
		{name: "makecom list, 50 of 1,000,000, last", times: 1.8, rate: 0.65, heavy: true, arrange: listed(1_000_000, 999_950)},
		{name: "makecom detail", times: 1.6, rate: 0.70, arrange: detailed},
		{name: "makecom delete one id", times: 2, rate: 0.60, arrange: deleted},
		{name: "makecom deliver", times: 2, rate: 0.55, arrange: onHook(0, func(h hook) httpRequest {
			return httpRequest{http.MethodPost, h.address(), `{"order":4711,"customer":"Ada","paid":true}`}
		})},
		{name: "crmcom show", times: 1.7, rate: 0.65, arrange: always(func(w world) httpRequest {
			return httpRequest{http.MethodGet, requestsPath + "show?token=" + w.name + "&webhook_request_identifier=number%3D7", ""}
		})},
		{name: "crmcom list", times: 1.7, rate: 0.65, arrange: always(func(w world) httpRequest {
			return httpRequest{http.MethodGet, requestsPath + "list?token=" + w.name + "&entity=CONTACTINFORMATION", ""}
		})},
		{name: "crmcom resend into a sink", times: 3, rate: 0.40, arrange: resent},
	}
}

const requestsPath = "/crmapi/rest/v2/webhook_requests/"

type arrangement = func(context.Context, world, settings) (func() (job, error), error)

// always sends the same request.
func always(request func(world) httpRequest) arrangement {
	return func(_ context.Context, w world, _ settings) (func() (job, error), error) {
		text := request(w).bytes(w)
		return func() (job, error) { return job{Requests: [][]byte{text}}, nil }, nil
	}
}

// onHook sends the same request to a hook with so many items.
func onHook(items int, request func(hook) httpRequest) arrangement {
	return func(ctx context.Context, w world, s settings) (func() (job, error), error) {
		h, err := w.hookWith(ctx, items)
		if err != nil {
			return nil, err
		}
		return always(func(world) httpRequest { return request(h) })(ctx, w, s)
	}
}

func listed(items, offset int) arrangement {
	return onHook(items, func(h hook) httpRequest {
		return httpRequest{http.MethodGet, fmt.Sprintf("%s?pg[limit]=50&pg[offset]=%d", h.path(), offset), ""}
	})
}

func detailed(ctx context.Context, w world, s settings) (func() (job, error), error) {
	h, err := w.hookWith(ctx, 0)
	if err != nil {
		return nil, err
	}
	ids, err := w.fill(ctx, h, 1)
	if err != nil {
		return nil, err
	}
	return always(func(world) httpRequest { return httpRequest{http.MethodGet, h.path() + "/" + ids[0], ""} })(ctx, w, s)
}

// deleted deletes each item once. So many arrive before a burst that it hardly runs out of them.
func deleted(ctx context.Context, w world, s settings) (func() (job, error), error) {
	const mostPerSecond = 40_000
	h, err := w.hookWith(ctx, 0)
	return func() (job, error) {
		ids, err := w.fill(ctx, h, max(1, int(mostPerSecond*s.burst/time.Second)))
		requests := make([][]byte, len(ids))
		for i, id := range ids {
			requests[i] = httpRequest{http.MethodDelete, h.path(), `{"ids":["` + id + `"]}`}.bytes(w)
		}
		return job{Requests: requests, Once: true}, err
	}, err
}

// resent sends webhook requests again, each client its own one, because one request is sent once at a time.
func resent(ctx context.Context, w world, s settings) (func() (job, error), error) {
	numbers, err := w.rejected(ctx, s.clients)
	requests := make([][]byte, len(numbers))
	for i, number := range numbers {
		body := fmt.Sprintf(`{"token":%q,"webhook_request_identifier":{"number":%q}}`, w.name, number)
		requests[i] = httpRequest{http.MethodPost, requestsPath + "resend", body}.bytes(w)
	}
	return func() (job, error) { return job{Requests: requests}, nil }, err
}
