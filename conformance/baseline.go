package conformance

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// Baseline lists the known failures of one target. They still run and must still fail: an entry whose requirement holds
// again has to go.
type Baseline struct {
	Known []KnownFailure `yaml:"known"`
}

// KnownFailure is one entry.
type KnownFailure struct {
	Requirement string `yaml:"requirement"`
	Reason      string `yaml:"reason"`
	Link        string `yaml:"link,omitempty"`
	Expires     string `yaml:"expires,omitempty"` // yyyy-mm-dd; from that day on the failure counts
}

// ParseBaseline reads a baseline in YAML.
func ParseBaseline(data []byte) (*Baseline, error) {
	if err := oneDocument(data); err != nil {
		return nil, fmt.Errorf("baseline: %w", err)
	}
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	var b Baseline
	if err := d.Decode(&b); err != nil && !errors.Is(err, io.EOF) {
		return nil, configError("baseline: %v", err)
	}
	return &b, nil
}

// BaselineOf has every failure of a report, with reason for each.
func BaselineOf(r *report.Report, reason string) *Baseline {
	b := &Baseline{Known: []KnownFailure{}}
	for i := range r.Results {
		if result := &r.Results[i]; result.Outcome == report.Fail {
			b.Known = append(b.Known, KnownFailure{Requirement: result.Requirement, Reason: reason})
		}
	}
	return b
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
	seen := map[string]bool{}
	for i, k := range b.Known {
		_, err := time.Parse(time.DateOnly, k.Expires)
		switch {
		case api.Requirement(k.Requirement) == nil:
			return configError("baseline: known[%d]: %s has no requirement %q", i, api.Name, k.Requirement)
		case seen[k.Requirement]:
			return configError("baseline: known[%d]: %q is there twice", i, k.Requirement)
		case k.Reason == "":
			return configError("baseline: known[%d]: %q has no reason", i, k.Requirement)
		case k.Expires != "" && err != nil:
			return configError("baseline: known[%d]: expires %q is no date like 2026-12-31", i, k.Expires)
		}
		seen[k.Requirement] = true
	}
	return nil
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
