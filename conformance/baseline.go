package conformance

import (
	_ "embed"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/internal/schemafile"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// Baseline lists the known failures of one target. They still run and must still fail: an entry whose requirement holds
// again has to go.
type Baseline struct {
	Known []KnownFailure `yaml:"known"`

	file *schemafile.Text // that it was read from, nil for none
	path string           // of that file
}

// KnownFailure is one entry.
type KnownFailure struct {
	Requirement string `yaml:"requirement"`
	Reason      string `yaml:"reason"`
	Link        string `yaml:"link,omitempty"`
	Expires     string `yaml:"expires,omitempty"` // yyyy-mm-dd; from that day on the failure counts
}

// BaselineSchema is the JSON Schema of baseline files.
//
//go:embed baseline.schema.json
var BaselineSchema []byte

// LoadBaseline reads a baseline file. An error names every mistake in it: line, member, what was found and what is wanted.
func LoadBaseline(path string) (*Baseline, error) {
	data, err := schemafile.ReadFile(path, maxSettings)
	if err != nil {
		return nil, configError("baseline file: %v", err)
	}
	b, err := parseBaseline(path, data)
	if err != nil {
		return nil, err
	}
	b.path = path
	return b, nil
}

// ParseBaseline reads a baseline in YAML.
func ParseBaseline(data []byte) (*Baseline, error) { return parseBaseline("baseline", data) }

func parseBaseline(name string, data []byte) (*Baseline, error) {
	var b Baseline
	file, err := readSettings(baselineFormat, schemafile.Options{Empty: "write known: [] where nothing is known to fail"}, name, data, &b)
	if err != nil {
		return nil, err
	}
	b.file = file
	return &b, nil
}

// BaselineOf has every failure of a report. An entry that the run knew, or that is in one of the baselines before, keeps its reason,
// link and date; the others get the reason given. What the run did not measure stays as it was known.
func BaselineOf(r *report.Report, reason string, before ...*Baseline) *Baseline {
	b := &Baseline{Known: []KnownFailure{}}
	measured := map[string]bool{}
	for i := range r.Results {
		result := &r.Results[i]
		measured[result.Requirement] = compared(result)
		if result.Outcome != report.Fail {
			continue
		}
		entry := KnownFailure{Requirement: result.Requirement, Reason: reason}
		for _, old := range before {
			if k := old.entry(result.Requirement); k != nil {
				entry = *k
			}
		}
		if k := result.Known; k != nil {
			entry.Reason, entry.Link, entry.Expires = k.Reason, k.Link, k.Expires
		}
		b.Known = append(b.Known, entry)
	}
	for _, old := range before {
		b.keep(old.entries(), measured)
	}
	return b
}

// keep takes over what was known of requirements that were not measured.
func (b *Baseline) keep(before []KnownFailure, measured map[string]bool) {
	for _, k := range before {
		if !measured[k.Requirement] && b.entry(k.Requirement) == nil {
			b.Known = append(b.Known, k)
		}
	}
}

func (b *Baseline) entries() []KnownFailure {
	if b == nil {
		return nil
	}
	return b.Known
}

// entry finds what is known of a requirement, nil for nothing.
func (b *Baseline) entry(requirement string) *KnownFailure {
	if b == nil {
		return nil
	}
	for i := range b.Known {
		if b.Known[i].Requirement == requirement {
			return &b.Known[i]
		}
	}
	return nil
}

// name is the file that the baseline is from, "" for none.
func (b *Baseline) name() string {
	if b == nil {
		return ""
	}
	return b.path
}

// Write writes the baseline as YAML.
func (b *Baseline) Write(w io.Writer) error {
	e := yaml.NewEncoder(w)
	e.SetIndent(2)
	if err := errors.Join(e.Encode(b), e.Close()); err != nil {
		return fmt.Errorf("baseline: %w", err)
	}
	return nil
}

// check refuses entries that name no requirement, say no reason or have no proper date.
func (b *Baseline) check(api *contract.API) error {
	if b == nil {
		return nil
	}
	seen := map[string]int{}
	var wrong []error
	for i, k := range b.Known {
		_, err := time.Parse(time.DateOnly, k.Expires)
		switch first, twice := seen[k.Requirement]; {
		case api.Requirement(k.Requirement) == nil:
			wrong = append(wrong, b.mistake(i, "requirement", "%s has no requirement %q; understudy requirements %s lists them", api.Name, k.Requirement, api.Name))
		case twice:
			wrong = append(wrong, b.mistake(i, "requirement", "%q is in known[%d] already; remove one", k.Requirement, first))
		case k.Reason == "":
			wrong = append(wrong, b.mistake(i, "reason", "it is missing; say why %q is known to fail", k.Requirement))
		case k.Expires != "" && err != nil:
			wrong = append(wrong, b.mistake(i, "expires", "found %q, want a date such as 2026-12-31", k.Expires))
		}
		seen[k.Requirement] = i
	}
	if wrong != nil {
		return configError("%w", errors.Join(wrong...))
	}
	return nil
}

// mistake is what is wrong with a member of an entry.
func (b *Baseline) mistake(i int, member, format string, args ...any) error {
	reason := fmt.Sprintf(format, args...)
	if b.file == nil {
		return &schemafile.Error{Name: "baseline", Field: fmt.Sprintf("known[%d].%s", i, member), Message: reason}
	}
	return b.file.Wrong([]schemafile.Wrong{{Path: []string{"known", strconv.Itoa(i), member}, Message: reason}})
}

// mark notes on a result what the baseline says about it.
func (b *Baseline) mark(r *report.Result, now time.Time) {
	if b == nil {
		return
	}
	for _, k := range b.Known {
		if k.Requirement == r.Requirement && !k.expired(now) {
			r.Known = &report.Known{Reason: k.Reason, Link: k.Link, Expires: k.Expires}
			r.Stale = r.Outcome == report.Pass
		}
	}
}

func (k KnownFailure) expired(now time.Time) bool {
	return k.Expires != "" && now.Format(time.DateOnly) >= k.Expires
}
