package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/understudy-mock/understudy/conformance/report"
)

// outputs are the report files of a run.
type outputs struct {
	files []output
	lines string // where results go while the run goes on, "" for nowhere
}

// output is a report that is written at the end.
type output struct {
	kind  string
	path  string
	write func(*report.Report, io.Writer) error
}

func parseReports(specs []string) (outputs, error) {
	writers := map[string]func(*report.Report, io.Writer) error{
		"json":     (*report.Report).WriteJSON,
		"junit":    (*report.Report).WriteJUnit,
		"html":     (*report.Report).WriteHTML,
		"markdown": (*report.Report).WriteMarkdown,
		"github":   (*report.Report).WriteAnnotations,
	}
	var o outputs
	for _, spec := range specs {
		kind, path, _ := strings.Cut(spec, "=")
		write, ok := writers[kind]
		switch {
		case path == "" || !ok && kind != "jsonl":
			return o, fmt.Errorf("--report %q: write it as json=FILE, junit=FILE, html=FILE, markdown=FILE, github=FILE or jsonl=FILE", spec)
		case kind == "jsonl" && o.lines != "":
			return o, fmt.Errorf("--report jsonl is given twice, as %s and %s; results go to one file while the run goes on", o.lines, path)
		case kind == "jsonl":
			o.lines = path
		default:
			o.files = append(o.files, output{kind, path, write})
		}
	}
	return o, nil
}

// destinations are the files that reports are written to.
func (o outputs) destinations() []destination {
	all := []destination{{"--report jsonl", o.lines}}
	for _, file := range o.files {
		all = append(all, destination{"--report " + file.kind, file.path})
	}
	return all
}

func (o outputs) write(r *report.Report) error {
	for _, file := range o.files {
		if file.kind == "json" && file.path != "-" {
			r.JSONFile = file.path
		}
	}
	for _, file := range o.files {
		if err := writeFile(file.path, func(w io.Writer) error { return file.write(r, w) }); err != nil {
			return err
		}
	}
	return nil
}

// stream is where results go while the run goes on. The zero value goes nowhere.
type stream struct {
	lines *report.Lines
	file  io.Closer
}

func (o outputs) stream() (stream, error) {
	if o.lines == "" {
		return stream{}, nil
	}
	if o.lines == "-" {
		return stream{lines: report.NewLines(os.Stdout), file: io.NopCloser(nil)}, nil
	}
	file, err := os.Create(o.lines)
	if err != nil {
		return stream{}, fmt.Errorf("--report jsonl: %w", err)
	}
	return stream{lines: report.NewLines(file), file: file}, nil
}

func (s stream) close(r *report.Report) error {
	if s.lines == nil {
		return nil
	}
	return errors.Join(s.lines.Close(r), s.file.Close())
}

// reporting hands every result to the stream, and on a terminal says how far the run is.
func reporting(stderr io.Writer, live stream) func(*report.Result) {
	terminal := isTerminal(stderr)
	done := 0
	return func(r *report.Result) {
		if live.lines != nil {
			live.lines.Result(r)
		}
		if done++; terminal {
			fmt.Fprintf(stderr, "\r%d checked, last %s\x1b[K\r", done, r.Requirement)
		}
	}
}

// writeFile writes a file; "-" is standard output.
func writeFile(path string, write func(io.Writer) error) error {
	if path == "-" {
		return write(os.Stdout)
	}
	file, err := os.Create(path) //nolint:gosec // the user's own path
	if err != nil {
		return withCode(codeUsage, err)
	}
	return errors.Join(write(file), file.Close())
}
