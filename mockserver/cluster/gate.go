package cluster

import (
	"io"
	"net/http"
)

// gate lets an answer out only while the replica has the worlds. What an owner answers whose log failed, or who was paused for longer than
// its lease, is not what the worlds are; and whether a change was made, nobody knows then.
type gate struct {
	http.ResponseWriter

	may     func() bool
	full    func() bool // nothing that was not answered yet was kept: a vendor that says that it failed is right
	decided bool
	refused bool
}

const unknown = "understudy: the replica that had the worlds lost them while it answered. It is not known whether what was asked for was done: look, and ask again\n"

func (g *gate) decide(status int) {
	if g.decided {
		return
	}
	g.decided = true
	if g.may() || status >= http.StatusInternalServerError && g.full() {
		return
	}
	g.refused = true
	doubt(g.ResponseWriter)
}

// doubt answers that nobody knows whether something was done.
func doubt(w http.ResponseWriter) {
	clear(w.Header())
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Retry-After", "1")
	w.Header().Set(doubtHeader, "true")
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = io.WriteString(w, unknown) // the client is gone, at worst
}

// WriteHeader implements http.ResponseWriter.
func (g *gate) WriteHeader(status int) {
	if status >= http.StatusOK {
		g.decide(status)
	}
	if !g.refused {
		g.ResponseWriter.WriteHeader(status)
	}
}

// Write implements io.Writer.
func (g *gate) Write(b []byte) (int, error) {
	if g.decide(http.StatusOK); g.refused {
		return len(b), nil
	}
	return g.ResponseWriter.Write(b)
}

// FlushError is for http.ResponseController.
func (g *gate) FlushError() error {
	if g.decide(http.StatusOK); g.refused {
		return nil
	}
	return http.NewResponseController(g.ResponseWriter).Flush()
}

// Unwrap is for http.ResponseController.
func (g *gate) Unwrap() http.ResponseWriter { return g.ResponseWriter }
