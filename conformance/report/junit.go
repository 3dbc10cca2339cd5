package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// The elements of a JUnit file that CI systems read.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Time     string       `xml:"time,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name      string      `xml:"name,attr"`
		Tests     int         `xml:"tests,attr"`
		Failures  int         `xml:"failures,attr"`
		Errors    int         `xml:"errors,attr"`
		Skipped   int         `xml:"skipped,attr"`
		Time      string      `xml:"time,attr"`
		Timestamp string      `xml:"timestamp,attr"`
		Cases     []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Class   string     `xml:"classname,attr"`
		Name    string     `xml:"name,attr"`
		Time    string     `xml:"time,attr"`
		Failure *junitNote `xml:"failure,omitempty"`
		Error   *junitNote `xml:"error,omitempty"`
		Skipped *junitNote `xml:"skipped,omitempty"`
		Out     string     `xml:"system-out,omitempty"`
	}
	junitNote struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// WriteJUnit writes the report as JUnit XML, one test case per requirement. A warning passes, with its text in system-out:
// JUnit has no word for it. A known failure is skipped.
func (r *Report) WriteJUnit(w io.Writer) error {
	suite := junitSuite{Name: r.API, Tests: len(r.Results), Time: seconds(r.Seconds), Timestamp: r.Started.UTC().Format("2006-01-02T15:04:05")}
	for i := range r.Results {
		suite.add(r.API, &r.Results[i])
	}
	suite.addExploration(r)
	suite.addHistory(r)
	suite.Tests = len(suite.Cases)
	all := junitSuites{Name: "understudy", Tests: suite.Tests, Failures: suite.Failures, Errors: suite.Errors, Time: suite.Time, Suites: []junitSuite{suite}}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return fmt.Errorf("junit report: %w", err)
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(all); err != nil {
		return fmt.Errorf("junit report: %w", err)
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (s *junitSuite) add(api string, r *Result) {
	c := junitCase{Class: api, Name: r.Requirement, Time: seconds(r.Seconds)}
	switch note := junitText(r); {
	case r.Stale:
		s.Failures++
		c.Failure = &junitNote{Message: "the baseline expects this to fail, and it passed"}
	case r.Outcome == Fail && r.Known == nil:
		s.Failures++
		c.Failure = note
	case r.Outcome == Error || r.Required:
		s.Errors++
		c.Error = note
	case r.Outcome == Warn:
		c.Out = note.Message + "\n" + note.Text
	case r.Outcome != Pass:
		s.Skipped++
		c.Skipped = note
	}
	s.Cases = append(s.Cases, c)
}

// addExploration adds one test case for each disagreement, or one that passes when there is none.
func (s *junitSuite) addExploration(r *Report) {
	if r.Exploration == nil {
		return
	}
	if len(r.Exploration.Findings) == 0 && r.Exploration.Stopped == "" {
		s.add(r.API, &Result{Requirement: r.API + "/exploration", Outcome: Pass})
	}
	if r.Exploration.Stopped != "" {
		s.add(r.API, &Result{Requirement: r.API + "/exploration", Outcome: Unverified, Reason: r.Exploration.Stopped})
	}
	for i := range r.Exploration.Findings {
		f := &r.Exploration.Findings[i]
		s.add(r.API, &Result{
			Requirement: fmt.Sprintf("%s/exploration/%d", r.API, i+1), Outcome: f.Outcome, Reason: f.Reason,
			Text:     f.Requirement + ": " + f.Text + "\n" + strings.Join(f.Commands, "\n"),
			Findings: []Finding{{Want: f.Want, Got: f.Got}},
		})
	}
}

// addHistory adds one test case for each illegal history, or one that passes when every history that was judged is legal.
func (s *junitSuite) addHistory(r *Report) {
	h := r.History
	if h == nil {
		return
	}
	if h.Stopped != "" || h.Legal == 0 {
		s.add(r.API, &Result{Requirement: r.API + "/history", Outcome: Unverified, Reason: h.Stopped})
	} else if h.Illegal == 0 {
		s.add(r.API, &Result{Requirement: r.API + "/history", Outcome: Pass})
	}
	for i := range h.Findings {
		f := &h.Findings[i]
		s.add(r.API, &Result{
			Requirement: fmt.Sprintf("%s/history/%d", r.API, i+1), Outcome: f.Outcome, Text: f.Sentence() + ": " + f.Text,
			Findings: []Finding{{Want: "answers that some order of the commands explains", Got: strings.Join(f.Commands, "\n")}},
		})
	}
}

func junitText(r *Result) *junitNote {
	note := &junitNote{Message: string(r.Outcome) + ": " + r.Reason}
	if r.Known != nil {
		note.Message = "known failure: " + r.Known.Reason
	}
	var text strings.Builder
	for _, f := range r.Findings {
		if note.Message == string(r.Outcome)+": " {
			note.Message = fmt.Sprintf("want %s, got %s", f.Want, f.Got)
		}
		fmt.Fprintf(&text, "%s\nwant %s\ngot  %s\n", r.Text, f.Want, f.Got)
		if f.Exchange != nil {
			fmt.Fprintln(&text, f.Exchange.Curl())
		}
	}
	note.Text = text.String()
	return note
}

func seconds(s float64) string { return fmt.Sprintf("%.3f", s) }
