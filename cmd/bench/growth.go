package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// growthCommand is the first argument of a run that measures how the mock grows.
const growthCommand = "growth"

// growth is such a run: how far it goes, and what it has found.
type growth struct {
	settings

	items, worlds, clients []int
	pictures               string // directory of the plots, "" for none
}

// measureGrowth goes up in steps, prints a table and plots it.
func measureGrowth(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet(growthCommand, flag.ContinueOnError)
	g := growth{clients: []int{1, 8, 64, 512}}
	flags.StringVar(&g.binary, "understudy", "bin/understudy", "the mock's binary")
	flags.StringVar(&g.publish, "publish", "", "write the tables between their marks in this document")
	flags.StringVar(&g.pictures, "pictures", "", "directory that the plots are written into")
	items := flags.Int("items", 10_000_000, "items of the longest queue")
	worlds := flags.Int("worlds", 10_000, "worlds at the most")
	if err := flags.Parse(args); err != nil {
		return err
	}
	g.items, g.worlds = steps(1000, *items), steps(100, *worlds)
	g.page = newPage(os.Stdout)
	g.page.printf("\n")
	g.page.begin("growth")
	g.page.printf("%s.\n", time.Now().UTC().Format("2006-01-02 15:04 UTC"))
	for _, part := range []func(context.Context) error{g.ofQueues, g.ofWorlds, g.ofConnections} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	g.page.end()
	if g.publish == "" {
		return nil
	}
	return g.page.publish(g.publish)
}

// steps go up tenfold, and end with the last one.
func steps(first, last int) (all []int) {
	for n := first; n < last; n *= 10 {
		all = append(all, n)
	}
	return append(all, last)
}

// plot writes a picture.
func (g *growth) plot(name string, p plot) error {
	if g.pictures == "" {
		return nil
	}
	const readable = 0o644
	return os.WriteFile(filepath.Join(g.pictures, name+".svg"), p.svg(), readable)
}

// heads begin a table inside the part.
func (g *growth) heads(columns ...string) {
	g.page.printf("\n")
	g.page.row(columns...)
	for range columns {
		g.page.printf("|---")
	}
	g.page.printf("|\n")
}

// ofQueues fills one queue after the other, in a mock of its own.
func (g *growth) ofQueues(ctx context.Context) error {
	g.heads("items of a hook", "resident for each", "filled in", "page of 50: first", "in the middle", "last", "export", "adds while it is read", "delete all")
	pages := []line{{name: "first"}, {name: "in the middle"}, {name: "last"}}
	for _, n := range g.items {
		if err := g.ofQueue(ctx, n, pages); err != nil {
			return fmt.Errorf("%d items: %w", n, err)
		}
	}
	return g.plot("growth-pages", plot{title: "A page of 50 of a long queue", x: "items of the hook", y: "ms", lines: pages})
}

func (g *growth) ofQueue(ctx context.Context, n int, pages []line) error {
	mock, w, err := startWorld(ctx, g.settings)
	if err != nil {
		return err
	}
	defer mock.stop()
	before, err := mock.Resident()
	if err != nil {
		return err
	}
	began := time.Now()
	h, err := w.hookWith(ctx, n)
	if err != nil {
		return err
	}
	filled := time.Since(began)
	full, err := mock.Resident()
	if err != nil {
		return err
	}
	cells := []string{thousands(n), fmt.Sprintf("%d bytes", max(0, full-before)/n), seconds(filled)}
	for i, offset := range []int{0, n / 2, max(0, n-50)} {
		took, err := timed(ctx, w, httpRequest{http.MethodGet, fmt.Sprintf("%s?pg[limit]=50&pg[offset]=%d", h.path(), offset), ""}, 101)
		if err != nil {
			return err
		}
		pages[i].points = append(pages[i].points, point{float64(n), took.Seconds() * 1000})
		cells = append(cells, milliseconds(took))
	}
	exported, err := w.exported(ctx, mock, n)
	if err != nil {
		return err
	}
	deletion, err := timed(ctx, w, httpRequest{http.MethodDelete, h.path() + "?confirmed=true", `{"all":true}`}, 1)
	if err != nil {
		return err
	}
	g.page.row(append(append(cells, exported...), seconds(deletion))...)
	return nil
}

// mostExported is the longest queue whose world is exported: a longer one takes minutes, and as much memory as the machine may not have.
const mostExported = 1_000_000

// exported are the cells of an export, empty ones for a queue that is too long.
func (w world) exported(ctx context.Context, mock *process, n int) ([]string, error) {
	if n > mostExported {
		return []string{"–", "–"}, nil
	}
	took, added, err := w.export(ctx, mock)
	return []string{seconds(took), mebibytes(added)}, err
}

// timed is the median time of a request on a connection of its own.
func timed(ctx context.Context, w world, r httpRequest, times int) (time.Duration, error) {
	took := make([]time.Duration, times)
	for i := range took {
		began := time.Now()
		if _, err := once(ctx, w.addr, r.bytes(w)); err != nil {
			return 0, err
		}
		took[i] = time.Since(began)
	}
	return middle(took), nil
}

// export reads the whole world, and says what the server's memory grew by at the most meanwhile.
func (w world) export(ctx context.Context, mock *process) (took time.Duration, added int, err error) {
	before, err := mock.Resident()
	if err != nil {
		return 0, 0, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+w.addr+"/_understudy/v1/worlds/"+w.name, http.NoBody)
	if err != nil {
		return 0, 0, err
	}
	began := time.Now()
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = res.Body.Close() }() // read to its end
	_, err = io.Copy(io.Discard, res.Body)
	took = time.Since(began)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("the export was answered with %s", res.Status)
	}
	after, other := mock.Resident()
	return took, max(0, after-before), errors.Join(err, other)
}

// ofWorlds opens worlds of 100 items each, and asks one of them while others are made and dropped.
func (g *growth) ofWorlds(ctx context.Context) error {
	const items, clients = 100, 2
	most := g.worlds[len(g.worlds)-1]
	mock, err := start(ctx, anyProcessor, g.binary, "serve", "--addr", "127.0.0.1:0", "--log-level", "error", "--max-worlds", fmt.Sprint(most+100))
	if err != nil {
		return err
	}
	defer mock.stop()
	one := world{mock.Addr, "one"}
	if err := one.open(ctx); err != nil {
		return err
	}
	before, err := mock.Resident()
	if err != nil {
		return err
	}
	g.heads("worlds of 100 items", "resident for each", "p99 of one", "p99 while others are made and dropped")
	memory, stats := line{name: "KiB for each"}, httpRequest{http.MethodGet, "/api/v2/hooks/654/incomings/stats", ""}.bytes(one)
	made := 0
	for _, n := range g.worlds {
		for ; made < n; made++ {
			if _, err := (world{mock.Addr, fmt.Sprint("w", made)}).hookWith(ctx, items); err != nil {
				return err
			}
		}
		full, err := mock.Resident()
		if err != nil {
			return err
		}
		ask := func() (burst, error) {
			return load(ctx, mock.Addr, clients, time.Second, func(int) []byte { return stats })
		}
		alone, err := ask()
		if err != nil {
			return err
		}
		beside, err := whileOthersComeAndGo(ctx, mock.Addr, items, ask)
		if err != nil {
			return err
		}
		each := (full - before) / n
		memory.points = append(memory.points, point{float64(n), float64(each) / 1024})
		g.page.row(thousands(n), fmt.Sprintf("%.1f KiB", float64(each)/1024), milliseconds(alone.percentile(0.99)), milliseconds(beside.percentile(0.99)))
	}
	return g.plot("growth-worlds", plot{title: "Memory of a world of 100 items", x: "worlds", y: "KiB", lines: []line{memory}})
}

// whileOthersComeAndGo asks while worlds are made and dropped.
func whileOthersComeAndGo(ctx context.Context, addr string, items int, ask func() (burst, error)) (burst, error) {
	ctx, stop := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() {
		for i := 0; ; i++ {
			w := world{addr, fmt.Sprint("passing-", i)}
			_, err := w.hookWith(ctx, items)
			if err == nil {
				err = w.call(ctx, http.MethodDelete, "", nil, nil)
			}
			if err != nil {
				done <- err
				return
			}
		}
	}()
	b, err := ask()
	stop()
	if other := <-done; !errors.Is(other, context.Canceled) {
		err = errors.Join(err, other)
	}
	return b, err
}

// ofConnections puts the mock and, by turns with it, the bare server under load by ever more connections.
func (g *growth) ofConnections(ctx context.Context) error {
	mock, w, err := startWorld(ctx, g.settings)
	if err != nil {
		return err
	}
	defer mock.stop()
	request := httpRequest{http.MethodGet, "/api/v2/hooks/654/incomings/stats", ""}.bytes(w)
	size, err := once(ctx, w.addr, request)
	if err != nil {
		return err
	}
	bare, err := startBare(ctx, size, false, anyProcessor)
	if err != nil {
		return err
	}
	defer bare.stop()
	l, err := startLoader(ctx, anyProcessor)
	if err != nil {
		return err
	}
	defer l.stop()
	g.heads("connections", "answers/s, bare", "of bare", "CPU per answer, lowest, bare", "p50, bare", "p99, bare", "resident")
	own, other := line{name: "the mock"}, line{name: "bare net/http"}
	for _, n := range g.clients {
		ours, theirs := &contender{process: mock}, &contender{process: bare}
		if err := byTurns(l, job{Clients: n, Burst: time.Second, Requests: [][]byte{request}}, ours, theirs); err != nil {
			return err
		}
		resident, err := mock.Resident()
		if err != nil {
			return err
		}
		m, b := typical(ours, result.rate), typical(theirs, result.rate)
		own.points, other.points = append(own.points, point{float64(n), m}), append(other.points, point{float64(n), b})
		g.page.row(thousands(n), fmt.Sprintf("%.0f, %.0f", m, b), fmt.Sprintf("%.2f", m/b), microseconds(ours.least())+", "+microseconds(theirs.least()),
			bothTimes(ours, theirs, result.median), bothTimes(ours, theirs, result.slow), mebibytes(resident))
	}
	return g.plot("growth-connections", plot{title: "Statistics of a queue", x: "connections", y: "answers/s", lines: []line{own, other}})
}

// byTurns gives each of the servers three bursts of load.
func byTurns(l *loader, j job, all ...*contender) error {
	for range 3 {
		for _, c := range all {
			if err := c.take(l, j, true); err != nil {
				return err
			}
		}
	}
	return nil
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }

// thousands writes a number with commas.
func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s,%03d", thousands(n/1000), n%1000)
}
