//go:build linux

package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"
)

// smuggling sends requests whose end two readers might see in two places. What is smuggled asks for the bystander's queue.
func smuggling(ctx context.Context, sc *scene) error {
	inner := "GET " + bystanderHook + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Token smuggler\r\n\r\n"
	head := "POST " + hookAddress + "smuggler HTTP/1.1\r\nHost: 127.0.0.1\r\n"
	for name, request := range map[string]string{
		"two lengths":              head + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}" + inner,
		"a length beside chunks":   head + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + inner,
		"a space before a colon":   head + "Content-Length : 2\r\n\r\n{}" + inner,
		"an unknown encoding":      head + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + inner,
		"a length with a sign":     head + "Content-Length: +2\r\n\r\n{}" + inner,
		"a folded header":          head + "X: a\r\n Content-Length: 2\r\n\r\n" + inner,
		"a chunk of a wide number": head + "Transfer-Encoding: chunked\r\n\r\n10000000000000002\r\n{}\r\n0\r\n\r\n" + inner,
	} {
		conn, err := sc.client.raw(ctx, request)
		if err != nil {
			return err
		}
		_ = conn.SetDeadline(time.Now().Add(2 * time.Second))
		text, _ := io.ReadAll(io.LimitReader(conn, 1<<20)) // the connection ends, or the time does
		_ = conn.Close()
		if n := strings.Count(string(text), "HTTP/1.1 200"); n > 1 && name != "a length beside chunks" && name != "a folded header" { // a server may read by the chunks, and unfold
			return fmt.Errorf("%s: %d requests were answered", name, n)
		}
		if strings.Contains(string(text), secret) {
			return fmt.Errorf("%s: it reads the bystander's world", name)
		}
	}
	return nil
}
