package coverage_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/mockserver/coverage"
	"github.com/understudy-mock/understudy/openapi"
	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

func onlyListing(r *contract.Requirement) bool {
	return r == makecom.ListShape || r == makecom.ListLimit
}

func write(t *testing.T, format string) string {
	t.Helper()
	var out strings.Builder
	if err := coverage.Of(onlyListing).Write(&out, format); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestTextNamesWhatWasNeverReached(t *testing.T) {
	text := write(t, "text")
	for _, want := range []string{"makecom: 2 of ", "crmcom: 0 of ", "\n  never MUST   makecom/delete/ids\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "makecom/list/shape") {
		t.Error("the text calls makecom/list/shape never reached")
	}
}

func TestJSONSplitsEveryRequirement(t *testing.T) {
	var form struct {
		Reached, Never []string
		APIs           []struct{ Reached, Total int }
	}
	if err := json.Unmarshal([]byte(write(t, "json")), &form); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(form.Reached, []string{"makecom/list/limit", "makecom/list/shape"}) {
		t.Errorf("reached %q", form.Reached)
	}
	total := 0
	for i, api := range openapi.APIs() {
		total += len(api.Requirements)
		if form.APIs[i].Total != len(api.Requirements) {
			t.Errorf("%s: %d requirements", api.Name, form.APIs[i].Total)
		}
	}
	if len(form.Reached)+len(form.Never) != total {
		t.Errorf("%d reached and %d never reached, of %d", len(form.Reached), len(form.Never), total)
	}
}

func TestHTMLStandsAlone(t *testing.T) {
	page := write(t, "html")
	for _, want := range []string{`<tr class="reached" id="makecom/list/shape">`, `<tr class="never" id="makecom/delete/ids">`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	for _, foreign := range []string{"http://", "https://", "<script", "src="} {
		if strings.Contains(page, foreign) {
			t.Errorf("the page has %s", foreign)
		}
	}
}

func TestUnknownFormatIsRefused(t *testing.T) {
	err := coverage.Of(onlyListing).Write(new(strings.Builder), "pdf")
	if err == nil || err.Error() != `coverage as "pdf": take text, json or html` {
		t.Errorf("got %v", err)
	}
}
