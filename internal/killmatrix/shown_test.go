package killmatrix

import (
	"testing"

	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// A mutant that takes several clients is killed only where most of its illegal histories point at the sentence that it breaks.
func TestWhatHistoriesShow(t *testing.T) {
	own, other := makecom.DeleteIDs.ID, makecom.DeleteGone.ID
	pointing := func(histories int, suspects ...string) report.Interleaving {
		return report.Interleaving{Histories: histories, Suspects: suspects}
	}
	for _, test := range []struct {
		name string
		h    *report.History
		want Fate
	}{
		{"none", nil, NoVerdict},
		{"stopped", &report.History{Stopped: "no states"}, NoVerdict},
		{"all legal", &report.History{Legal: 9}, Survived},
		{"it alone", &report.History{Illegal: 1, Findings: []report.Interleaving{pointing(1, own)}}, Killed},
		{"it or another", &report.History{Illegal: 1, Findings: []report.Interleaving{pointing(1, other, own)}}, Killed},
		{"another", &report.History{Illegal: 1, Findings: []report.Interleaving{pointing(1, other)}}, KilledByOthers},
		{"nobody can tell", &report.History{Illegal: 1, Findings: []report.Interleaving{pointing(1)}}, KilledByOthers},
		{"half of them", &report.History{Illegal: 4, Findings: []report.Interleaving{pointing(2, own), pointing(2, other)}}, Killed},
		{"too few", &report.History{Illegal: 5, Findings: []report.Interleaving{pointing(2, own), pointing(3)}}, KilledByOthers},
	} {
		if got, want, said := shown(test.h, own); got != test.want || got == Killed && (want == "" || said == "") {
			t.Errorf("%s: want %s, got %s (%s)", test.name, test.want, got, said)
		}
	}
}
