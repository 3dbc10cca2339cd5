package mockserver

import (
	"bytes"
	"maps"
	"net/http"
	"strconv"
	"sync"

	"github.com/understudy-mock/understudy/mockserver/exchange"
)

// recorder holds an answer back until it is whole, so that its headers can say what decided it, a fault can damage
// it, and the journal can keep it.
type recorder struct {
	x      *exchange.Exchange
	header http.Header
	own    bool // the headers are not those of the writer yet
	status int
	body   bytes.Buffer
	// announced is the length that the head claims when the body is cut short, 0 when it is whole.
	announced int
}

var recorders = sync.Pool{New: func() any { return new(recorder) }} //nolint:gochecknoglobals // a pool is shared by design

// largestPooled keeps a rare large answer from being held for ever.
const largestPooled = 1 << 20

// newRecorder fills the headers of w where nobody around the mock has set any: another map, copied to them in the end, cost a
// tenth of the time of BenchmarkOperation/stats.
func newRecorder(w http.ResponseWriter, x *exchange.Exchange) *recorder {
	a, _ := recorders.Get().(*recorder)
	a.body.Reset()
	a.x, a.header, a.status, a.announced = x, w.Header(), 0, 0
	if a.own = len(a.header) > 0; a.own {
		a.header = make(http.Header, 8)
	}
	return a
}

func (a *recorder) release() {
	if a.body.Cap() <= largestPooled {
		a.x, a.header = nil, nil
		recorders.Put(a)
	}
}

// Header implements http.ResponseWriter.
func (a *recorder) Header() http.Header { return a.header }

// SetHeader sets a header whose name is written in the canonical way.
func (a *recorder) SetHeader(name, value string) { a.x.SetHeader(a.header, name, value) }

// WriteHeader implements http.ResponseWriter. The first status counts.
func (a *recorder) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

// Write implements http.ResponseWriter.
func (a *recorder) Write(b []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(b)
}

// AvailableBuffer is free space, to be appended to and written at once, as bytes.Buffer has it.
func (a *recorder) AvailableBuffer() []byte { return a.body.AvailableBuffer() }

// Grow makes space for so many bytes, as bytes.Buffer has it.
func (a *recorder) Grow(n int) { a.body.Grow(n) }

// reset forgets what was answered so far.
func (a *recorder) reset() {
	clear(a.header)
	a.status = 0
	a.body.Reset()
}

// addCharset completes the media type as the vendors write it; the generated servers leave the charset out.
func (a *recorder) addCharset() {
	if types := a.header["Content-Type"]; len(types) == 1 && types[0] == "application/json" {
		a.SetHeader("Content-Type", "application/json; charset=utf-8")
	}
}

// send writes the whole answer. An error means that the client has left. Of a body that is shorter than announced
// net/http sends what there is and closes the connection.
func (a *recorder) send(w http.ResponseWriter) {
	a.head(w)
	_, _ = w.Write(a.body.Bytes())
}

// measure adds the length of the body to an answer that is otherwise complete.
func (a *recorder) measure() {
	a.WriteHeader(http.StatusOK)
	a.SetHeader("Content-Length", strconv.Itoa(max(a.announced, a.body.Len())))
}

// head writes status and headers.
func (a *recorder) head(w http.ResponseWriter) {
	if a.own {
		maps.Copy(w.Header(), a.header)
	}
	w.WriteHeader(a.status)
}
