package report_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/conformance/report"
)

func TestDrift(t *testing.T) {
	for name, c := range map[string]struct {
		change  func(*report.Report)
		changes []report.Change
		cause   string
	}{
		"nothing": {func(*report.Report) {}, nil, "nothing changed"},
		"server": {
			func(r *report.Report) { r.Results[0].Outcome = report.Fail },
			[]report.Change{{ID: "makecom/delete/pass", Before: "pass", Now: "fail"}},
			"the server changed",
		},
		"suite": {
			func(r *report.Report) { r.Version, r.Results[0].Outcome = "v2", report.Fail },
			[]report.Change{{ID: "makecom/delete/pass", Before: "pass", Now: "fail"}},
			"the suite changed",
		},
		"document": {
			func(r *report.Report) { r.Document, r.Results = "other", r.Results[1:] },
			[]report.Change{{ID: "makecom/delete/pass", Before: "pass"}},
			"the document changed",
		},
		"dialect": {
			func(r *report.Report) { r.Questions[0].Answer = "echoed" },
			[]report.Change{{ID: "makecom/delete/unknown-id", Before: "omitted", Now: "echoed"}},
			"the server changed",
		},
	} {
		t.Run(name, func(t *testing.T) {
			now := sample()
			c.change(now)
			d, err := report.Between(sample(), now)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.changes, d.Changes); diff != "" || d.Cause() != c.cause {
				t.Errorf("%s: %s", d.Cause(), diff)
			}
			var b bytes.Buffer
			if err := d.Write(&b); err != nil || !bytes.Contains(b.Bytes(), []byte(c.cause)) {
				t.Errorf("%v %s", err, b.String())
			}
		})
	}
	other := sample()
	other.API = "crmcom"
	if _, err := report.Between(sample(), other); err == nil {
		t.Error("reports of different APIs were compared")
	}
}
