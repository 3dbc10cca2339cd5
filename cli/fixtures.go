package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/understudy-mock/understudy/fixtures"
	"github.com/understudy-mock/understudy/fixtures/format"
	"github.com/understudy-mock/understudy/fixtures/people"
	"github.com/understudy-mock/understudy/fixtures/schema"
	"github.com/understudy-mock/understudy/fixtures/series"
)

// fixturesOptions are the flags of understudy fixtures.
type fixturesOptions struct {
	count     uint64
	seed      uint64
	format    string
	dialect   string
	out       string
	into      string
	world     string
	token     string
	spec      string
	schema    string
	entity    string
	payload   string
	apis      apis
	csvSafe   bool
	bom       bool
	ref       string
	operation string
	negative  bool
	rejected  float64
	from, to  string
	locale    string
}

func newFixturesCommand(apis apis) *cobra.Command {
	o := fixturesOptions{apis: apis}
	names, about := fixtures.Kinds()
	var list strings.Builder
	for i, name := range names {
		fmt.Fprintf(&list, "  %-18s %s\n", name, about[i])
	}
	cmd := &cobra.Command{
		Use:   "fixtures KIND",
		Short: "Invent data: coherent, seeded, as much as wanted",
		Long: `Invents data. The same seed gives the same bytes, on every machine with this version.

KIND is one of
` + list.String() + `  schema             values or requests for any OpenAPI document, values for any JSON Schema

A run that is cut off with Ctrl-C leaves files that are whole up to the last record.`,
		Example: strings.ReplaceAll(`  understudy fixtures {kind} --count 1000 --seed 7
  understudy fixtures {kind} --count 500 --format sql --dialect sqlite --out records.sql
  understudy fixtures {kind} --count 20 --format world --out world.json
  understudy fixtures {kind} --count 20 --into http://127.0.0.1:8654 --world full
  understudy fixtures schema --spec shop.yaml --ref '#/components/schemas/Order' --count 3
  understudy fixtures schema --spec shop.yaml --operation createOrder --negative
  understudy fixtures schema --schema order.schema.json --count 3`, "{kind}", names[0]),
		Args:      cobra.ExactArgs(1),
		ValidArgs: append(names, "schema"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.run(cmd, args[0])
		},
	}
	o.flags(cmd)
	return cmd
}

func (o *fixturesOptions) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.Uint64Var(&o.count, "count", 10, "how many records")
	f.Uint64Var(&o.seed, "seed", 1, "where every random choice starts")
	for name, at := range map[string]*uint64{"count": &o.count, "seed": &o.seed} {
		bound(f, name, at, 0, math.MaxUint64, "take a whole number, 0 or more")
	}
	f.StringVar(&o.format, "format", "ndjson", "json, ndjson, yaml, csv, sql, go or world")
	f.StringVar(&o.dialect, "dialect", "postgres", "of sql: postgres or sqlite")
	f.StringVarP(&o.out, "out", "o", "", "a file, or a directory (it exists, or the name ends in /) for numbered files; standard output when absent")
	f.StringVar(&o.into, "into", "", "address of a running mock: the records become a world there")
	f.StringVar(&o.world, "world", "fixtures", "with --into, the name of the world; what it had before is gone")
	f.StringVar(&o.token, "control-token", "", "with --into, the token of the control API beyond loopback")
	f.StringVar(&o.spec, "spec", "", "with schema, the OpenAPI document, or the name of an API that this command plays; Swagger 2.0 is converted")
	f.StringVar(&o.schema, "schema", "", "with schema, a JSON Schema in place of --spec, draft 2020-12 or 7")
	f.StringVar(&o.ref, "ref", "", "with schema, such as '#/components/schemas/Order'; with --schema, all of it when absent")
	f.StringVar(&o.operation, "operation", "", "with schema, the operation id that requests are made for, or 'POST /orders'")
	f.BoolVar(&o.negative, "negative", false, "with schema, data that violates exactly one constraint each; --count does not apply")
	f.Float64Var(&o.rejected, "share-rejected", 0.1, "share of the webhook requests that are rejected, 0 to 1")
	bound(f, "share-rejected", &o.rejected, 0, 1, "take a number from 0 to 1")
	f.StringVar(&o.entity, "entity", "", "of a kind of entities: INVOICES and the like; absent: one after the other")
	f.StringVar(&o.payload, "payload", "", "of a kind of payloads: order, contact, sign-up, reading, text or binary; absent: the first four mixed")
	f.BoolVar(&o.csvSafe, "csv-safe", false, "of csv: put an apostrophe before texts that a spreadsheet would run as formulas")
	f.BoolVar(&o.bom, "bom", false, "of csv: begin with a byte order mark, by which Excel knows UTF-8")
	f.StringVar(&o.from, "from", "", "when things begin to happen, 2026-01-01 or 2026-01-01T08:00:00Z")
	f.StringVar(&o.to, "to", "", "when things have stopped happening; absent: the rate decides")
	f.StringVar(&o.locale, "locale", "en", "language and country of persons: en, de, fr, el")
}

func (o *fixturesOptions) run(cmd *cobra.Command, kind string) error {
	written, err := o.options()
	if err != nil {
		return withCode(codeUsage, err)
	}
	s, err := o.series(cmd, kind)
	if err != nil {
		return err
	}
	p := progress(cmd.ErrOrStderr(), o.count)
	written.Progress = p.show
	n, err := o.send(cmd, s, written)
	p.end()
	if errors.Is(err, context.Canceled) {
		fmt.Fprintf(cmd.ErrOrStderr(), "cut off after %d of %d records; what was written is whole\n", n, o.count)
		return silent{codeViolates}
	}
	if errors.Is(err, format.ErrNoWorld) || errors.Is(err, format.ErrOneFile) {
		return withCode(codeUsage, err)
	}
	return err
}

// series is what is to be written.
func (o *fixturesOptions) series(cmd *cobra.Command, kind string) (series.Series, error) {
	if err := o.misplaced(kind); err != nil {
		return series.Series{}, withCode(codeUsage, err)
	}
	if kind == "schema" {
		s, err := o.schemaSeries(cmd)
		return s, withCode(codeUsage, err)
	}
	f, err := o.fixtures()
	if err != nil {
		return series.Series{}, withCode(codeUsage, err)
	}
	s, err := f.Series(kind)
	if err != nil {
		err = withCode(codeUsage, fmt.Errorf("%w, schema", err))
	}
	return s, err
}

// misplaced names flags that mean nothing for the kind.
func (o *fixturesOptions) misplaced(kind string) error {
	switch {
	case kind != "schema" && (o.spec != "" || o.schema != "" || o.ref != "" || o.operation != "" || o.negative):
		return fmt.Errorf("--spec, --schema, --ref, --operation and --negative go with the kind schema, not with %q", kind)
	case !strings.HasSuffix(kind, ".entity") && o.entity != "":
		return fmt.Errorf("--entity goes with a kind of entities, not with %q", kind)
	case !strings.HasSuffix(kind, ".payload") && o.payload != "":
		return fmt.Errorf("--payload goes with a kind of payloads, not with %q", kind)
	default:
		return nil
	}
}

func (o *fixturesOptions) fixtures() (fixtures.Fixtures, error) {
	f, err := o.chosen(fixtures.New(o.seed).Rejected(o.rejected))
	if err != nil {
		return f, err
	}
	locale, err := people.Parse(o.locale)
	if err != nil {
		return f, fmt.Errorf("--locale: %w", err)
	}
	f = f.Locale(locale)
	if o.from == "" && o.to == "" {
		return f, nil
	}
	from, err := moment("--from", o.from, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	if err != nil {
		return f, err
	}
	to, err := moment("--to", o.to, time.Time{})
	if err == nil && !to.IsZero() && !to.After(from) {
		err = fmt.Errorf("--to %q: it has to be after --from", o.to)
	}
	return f.Between(from, to), err
}

// chosen is f with the entity and the payload that were chosen.
func (o *fixturesOptions) chosen(f fixtures.Fixtures) (fixtures.Fixtures, error) {
	var err error
	if o.entity != "" {
		if f, err = f.Entity(o.entity); err != nil {
			return f, fmt.Errorf("--entity: %w", err)
		}
	}
	if o.payload != "" {
		if f, err = f.Form(o.payload); err != nil {
			return f, fmt.Errorf("--payload: %w", err)
		}
	}
	return f, nil
}

// moment reads a day or an instant.
func moment(flag, text string, absent time.Time) (time.Time, error) {
	if text == "" {
		return absent, nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	return absent, fmt.Errorf("%s %q: write it as 2026-01-01 or 2026-01-01T08:00:00Z", flag, text)
}

func (o *fixturesOptions) schemaSeries(cmd *cobra.Command) (series.Series, error) {
	ctx := cmd.Context()
	d, err := o.document(ctx)
	if err != nil {
		return series.Series{}, err
	}
	if notice := d.Notice(); notice != "" {
		fmt.Fprintf(cmd.ErrOrStderr(), "%s: %s\n", o.spec, notice)
	}
	switch {
	case o.negative:
		s, n, err := d.NegativeSeries(ctx, o.seed, o.ref, o.operation)
		if o.count = n; err == nil && n == 0 {
			fmt.Fprintln(cmd.ErrOrStderr(), "understudy: no constraint was found whose violation can be told from what is right: there are no negatives")
		}
		return s, err
	case o.operation != "":
		return d.Requests(ctx, o.seed, o.operation)
	default:
		return d.Series(ctx, o.seed, o.ref)
	}
}

// document reads the document that was named in one of two ways.
func (o *fixturesOptions) document(ctx context.Context) (*schema.Document, error) {
	switch {
	case (o.spec == "") == (o.schema == ""), o.spec != "" && (o.ref == "") == (o.operation == ""):
		return nil, errors.New("schema needs --spec FILE and one of --ref and --operation, or --schema FILE")
	case o.schema != "" && o.operation != "":
		return nil, errors.New("--operation goes with --spec: a JSON Schema has no operations")
	case o.schema != "":
		d, err := schema.OpenSchema(ctx, o.schema)
		if err != nil {
			return nil, fmt.Errorf("--schema: %w", err)
		}
		return d, nil
	default:
		if api, err := o.apis.lookup(o.spec); err == nil {
			return schema.Load(ctx, api.contract().Document)
		}
		d, err := schema.Open(ctx, o.spec)
		if err != nil {
			return nil, fmt.Errorf("--spec: %w", err)
		}
		return d, nil
	}
}

func (o *fixturesOptions) options() (format.Options, error) {
	f, err := format.Parse(o.format)
	if err != nil {
		return format.Options{}, fmt.Errorf("--format: %w", err)
	}
	d, err := format.ParseDialect(o.dialect)
	if err != nil {
		return format.Options{}, fmt.Errorf("--dialect: %w", err)
	}
	if o.into != "" && o.out != "" {
		return format.Options{}, errors.New("--into and --out exclude each other")
	}
	if (o.csvSafe || o.bom) && f != format.CSV {
		return format.Options{}, fmt.Errorf("--csv-safe and --bom go with --format csv, not with %s", f)
	}
	return format.Options{Format: f, Dialect: d, Safe: o.csvSafe, BOM: o.bom}, nil
}

// send writes the records to where they belong and reports how many there were.
func (o *fixturesOptions) send(cmd *cobra.Command, s series.Series, f format.Options) (uint64, error) {
	switch {
	case o.into != "":
		return o.sendInto(cmd, s, f)
	case o.out == "":
		return buffered(cmd.OutOrStdout(), func(w io.Writer) (uint64, error) { return format.Write(cmd.Context(), w, s, o.count, f) })
	case isDirectory(o.out):
		return format.WriteDir(cmd.Context(), filepath.Clean(o.out), s, o.count, f)
	default:
		return o.file(cmd.Context(), s, f)
	}
}

// file writes next to the file and puts the result in its place at the end: what is refused leaves the file as it was. What
// is no regular file, a pipe for example, is written to at once.
func (o *fixturesOptions) file(ctx context.Context, s series.Series, f format.Options) (uint64, error) {
	path := o.out
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		return o.opened(ctx, path, os.O_WRONLY, 0, s, f)
	}
	mode := os.FileMode(0o666)
	if err == nil {
		mode = info.Mode().Perm()
	}
	beside := fmt.Sprintf("%s.%d.part", path, os.Getpid())
	n, err := o.opened(ctx, beside, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode, s, f)
	if err != nil && !errors.Is(err, context.Canceled) {
		return n, errors.Join(err, ignoreMissing(os.Remove(beside)))
	}
	return n, errors.Join(err, os.Rename(beside, path))
}

func ignoreMissing(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

// opened writes into one file that is opened in that way.
func (o *fixturesOptions) opened(ctx context.Context, path string, flag int, mode os.FileMode, s series.Series, f format.Options) (uint64, error) {
	file, err := os.OpenFile(path, flag, mode)
	if err != nil {
		return 0, err
	}
	n, err := buffered(file, func(w io.Writer) (uint64, error) { return format.Write(ctx, w, s, o.count, f) })
	return n, errors.Join(err, file.Close())
}

func buffered(w io.Writer, write func(io.Writer) (uint64, error)) (uint64, error) {
	b := bufio.NewWriterSize(w, 1<<20)
	n, err := write(b)
	return n, errors.Join(err, b.Flush())
}

func isDirectory(path string) bool {
	info, err := os.Stat(path)
	return strings.HasSuffix(path, "/") || err == nil && info.IsDir()
}

// bar says on a terminal how far a long run is.
type bar struct {
	to    io.Writer // nil: nobody looks
	total uint64
	shown time.Time
}

// progress shows nothing unless w is a terminal.
func progress(w io.Writer, total uint64) *bar {
	file, ok := w.(*os.File)
	if !ok {
		return &bar{}
	}
	info, err := file.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return &bar{}
	}
	return &bar{to: w, total: total, shown: time.Now()}
}

func (b *bar) show(n uint64) {
	if b.to == nil || time.Since(b.shown) < 200*time.Millisecond {
		return
	}
	b.shown = time.Now()
	fmt.Fprintf(b.to, "\r%d of %d records (%d %%)", n, b.total, 100*n/max(1, b.total))
}

// end wipes the line.
func (b *bar) end() {
	if b.to != nil {
		fmt.Fprint(b.to, "\r\x1b[K")
	}
}
