package conformance

import (
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/conformance/suite"
)

// longest is how much of a body goes into a report.
const longest = 64 << 10

// transcript copies exchanges into a report, with secrets blotted out.
func transcript(r *suite.Redactor, exchanges []*suite.Exchange) []report.Exchange {
	return transcriptTo(longest, r, exchanges)
}

// transcriptTo is a transcript in which answers are whole up to a number of bytes.
func transcriptTo(most int, r *suite.Redactor, exchanges []*suite.Exchange) []report.Exchange {
	all := make([]report.Exchange, 0, len(exchanges))
	for _, e := range exchanges {
		all = append(all, *redactedTo(most, r, e))
	}
	return all
}

func redacted(r *suite.Redactor, e *suite.Exchange) *report.Exchange {
	return redactedTo(longest, r, e)
}

func redactedTo(most int, r *suite.Redactor, e *suite.Exchange) *report.Exchange {
	out := &report.Exchange{
		Operation: e.Operation, Setup: e.Setup, Received: e.Received,
		Method: e.Method, URL: r.Text(e.URL), Header: headers(r, e.Header), Body: r.Text(body(longest, e.Body)),
		Status: e.Status, ResponseHeader: headers(r, e.ResponseHeader), ResponseBody: r.Text(body(most, e.ResponseBody)),
		Cut:     !whole(most, e.ResponseBody),
		Settled: e.Settled, At: e.At.UTC(), Milliseconds: float64(e.Took.Microseconds()) / 1000,
	}
	if e.Err != nil {
		out.Err, out.Failure = r.Text(e.Err.Error()), string(e.Failure())
	}
	return out
}

func headers(r *suite.Redactor, h http.Header) map[string]string {
	out := map[string]string{}
	for name, values := range h {
		out[name] = r.Header(name, strings.Join(values, ", "))
	}
	return out
}

// whole reports whether a body can stand in a report as it is.
func whole(most int, data []byte) bool { return utf8.Valid(data) && len(data) <= most }

// body is a body as text; what is long or no text is described.
func body(most int, data []byte) string {
	switch {
	case !utf8.Valid(data):
		return fmt.Sprintf("(%d bytes that are no text)", len(data))
	case len(data) > most:
		return fmt.Sprintf("%s… (%d bytes)", data[:most], len(data))
	default:
		return string(data)
	}
}

// findings copies violations into a report.
func findings(r *suite.Redactor, err error) []report.Finding {
	var all []report.Finding
	for _, v := range suite.Violations(err) {
		all = append(all, finding(r, v))
	}
	return all
}

func finding(r *suite.Redactor, v *suite.Violation) report.Finding {
	f := report.Finding{Want: r.Text(v.Want), Got: r.Text(v.Got)}
	if v.Exchange != nil {
		f.Exchange = redacted(r, v.Exchange)
	}
	return f
}
