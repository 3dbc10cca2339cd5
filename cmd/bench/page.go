package main

import (
	"fmt"
	"io"
	"os"
	"strings"
)

// page is what is measured, as Markdown: printed at once, and kept to be put into a document. The zero page prints nothing.
type page struct {
	out   io.Writer
	parts map[string]*strings.Builder // by name, what belongs between its marks in the document
	part  *strings.Builder            // that is being written, nil for none

	loaded string // resident memory after the load, "" without one
}

func newPage(out io.Writer) *page { return &page{out: out, parts: map[string]*strings.Builder{}} }

// begin begins a part that has a place in the document.
func (p *page) begin(name string) {
	p.part = new(strings.Builder)
	p.parts[name] = p.part
}

// end ends the part: what follows has no place.
func (p *page) end() { p.part = nil }

func (p *page) printf(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	_, _ = io.WriteString(p.out, text) // whoever closes it does not want to read it
	if p.part != nil {
		p.part.WriteString(text)
	}
}

// table begins a part that is a table.
func (p *page) table(name string, columns ...string) {
	p.printf("\n")
	p.begin(name)
	p.row(columns...)
	p.printf("|%s\n", strings.Repeat("---|", len(columns)))
}

func (p *page) row(cells ...string) { p.printf("| %s |\n", strings.Join(cells, " | ")) }

// marks are the lines between which a part stands in the document.
func marks(name string) (first, last string) {
	return "<!-- bench " + name + " -->\n", "<!-- end -->\n"
}

// publish puts every part to its place in a document.
func (p *page) publish(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	published := string(text)
	for name, part := range p.parts {
		if published, err = replaced(published, name, part.String()); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	const readable = 0o644
	return os.WriteFile(file, []byte(published), readable)
}

// replaced puts a part between its marks, and refuses a document that has no place for it.
func replaced(document, name, part string) (string, error) {
	first, last := marks(name)
	before, rest, found := strings.Cut(document, first)
	_, after, ended := strings.Cut(rest, last)
	if !found || !ended {
		return "", fmt.Errorf("it has no place for %q; add the lines %q and %q", name, strings.TrimSpace(first), strings.TrimSpace(last))
	}
	return before + first + part + last + after, nil
}
