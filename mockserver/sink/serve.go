package sink

import (
	"io"
	"net/http"
	"strconv"
	"time"
)

// Read takes a delivery off a request. Of a body longer than a sink keeps it reads one byte more, and no further.
func Read(r *http.Request, at time.Time) (Delivery, error) {
	d := Delivery{At: at, Method: r.Method, Path: r.URL.RequestURI(), Header: r.Header.Clone()}
	body, err := io.ReadAll(io.LimitReader(r.Body, MaxBody+1))
	d.Body = body
	return d, err
}

// Write gives the answer, without its delay. An answer that breaks the connection does so by a panic with
// [http.ErrAbortHandler], which net/http understands.
func (a Answer) Write(w http.ResponseWriter) {
	if a.Close == CloseBefore {
		panic(http.ErrAbortHandler)
	}
	header := w.Header()
	for name, values := range a.Header {
		header[http.CanonicalHeaderKey(name)] = values
	}
	body := a.Body
	if a.Close == CloseHalf {
		header.Set("Content-Length", strconv.Itoa(max(2, len(body))))
		body = body[:len(body)/2]
	}
	w.WriteHeader(a.Status)
	_, _ = w.Write(body) // an error means that the client has left
	if a.Close == CloseHalf {
		_ = http.NewResponseController(w).Flush() // so that the half arrives
		panic(http.ErrAbortHandler)
	}
}
