// Command killmatrix runs the conformance suite against every mutant of the mock and writes what became of each.
//
//	go run ./tools/killmatrix -docs docs -readme README.md
//
// It ends with 1 when the check of the sentence that a mutant breaks did not kill it, or a check noticed no mutant.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"time"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/internal/killmatrix"
)

func main() {
	docs := flag.String("docs", "docs", "folder to write kill-matrix.md and kill-matrix.json to")
	readme := flag.String("readme", "README.md", "page that shows the figure")
	quick := flag.Bool("quick", false, "ask the check of its own sentence alone what it says of each mutant, and keep what the published matrix says of other checks")
	seed := flag.Uint64("seed", 1, "seed of the data that is sent")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	begun := time.Now()
	run := killmatrix.Run
	if *quick {
		run = func(ctx context.Context, seed uint64, apis ...string) (*killmatrix.Matrix, error) {
			return refreshed(ctx, *docs, seed, apis...)
		}
	}
	m, err := run(ctx, *seed, conformance.APIs()...)
	if err == nil {
		err = write(m, *docs, *readme)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "killmatrix:", err)
		os.Exit(1)
	}
	fmt.Printf("%s\n%.0f s\n", m.Figure(), time.Since(begun).Seconds())
	os.Exit(tell(os.Stdout, m))
}

// refreshed is the published matrix with what the checks say now.
func refreshed(ctx context.Context, docs string, seed uint64, apis ...string) (*killmatrix.Matrix, error) {
	text, err := os.ReadFile(filepath.Join(docs, "kill-matrix.json"))
	if err != nil {
		return nil, err
	}
	published, err := killmatrix.ReadJSON(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	m, err := killmatrix.Quick(ctx, seed, apis...)
	if err != nil {
		return nil, err
	}
	before := map[string]killmatrix.Row{}
	for _, row := range published.Rows {
		before[row.Mutant] = row
	}
	for i := range m.Rows {
		keep(&m.Rows[i], before[m.Rows[i].Mutant])
	}
	return m, nil
}

// keep takes over what a quick run did not ask.
func keep(row *killmatrix.Row, before killmatrix.Row) {
	row.Alone = before.Alone
	if row.By != killmatrix.ByCheck {
		return // the whole suite was asked
	}
	row.Also, row.Unsure = before.Also, before.Unsure
	if row.Fate == killmatrix.Killed && !slices.Contains(row.Alone, killmatrix.ByCheck) {
		row.Alone = append([]killmatrix.By{killmatrix.ByCheck}, row.Alone...)
	}
}

func write(m *killmatrix.Matrix, docs, readme string) error {
	if err := writeFile(filepath.Join(docs, "kill-matrix.md"), m.WriteMarkdown); err != nil {
		return err
	}
	if err := writeFile(filepath.Join(docs, "kill-matrix.json"), m.WriteJSON); err != nil {
		return err
	}
	page, err := os.ReadFile(readme)
	if err != nil {
		return err
	}
	text, err := m.InPage(string(page))
	if err != nil {
		return fmt.Errorf("%s: %w", readme, err)
	}
	return os.WriteFile(readme, []byte(text), 0o644) //nolint:gosec // a page that everybody may read
}

func writeFile(name string, write func(io.Writer) error) error {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	if err := write(file); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return file.Close()
}

// tell lists what is not as it should be, and returns the exit code.
func tell(w io.Writer, m *killmatrix.Matrix) int {
	wrong := m.Wrong()
	for _, line := range wrong {
		fmt.Fprintln(w, line)
	}
	return min(len(wrong), 1)
}
