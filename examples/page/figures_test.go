package page_test

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

//nolint:gochecknoglobals // flags
var (
	measure = flag.Bool("measure", false, "measure how fast the page is and what it costs, which needs a quiet machine")
	publish = flag.String("publish", "", "a page whose figures are replaced by what is measured")
)

// watcher notes when something is drawn. Its times are those of the machine, in milliseconds.
const watcher = `
	window.drawn = { card: 0, exchange: 0, rows: {} };
	const now = () => performance.timeOrigin + performance.now();
	const watch = () => new MutationObserver(() => {
		if (!drawn.card && document.querySelector('.card')) requestAnimationFrame(() => { drawn.card ||= now() - performance.timeOrigin; });
		if (!drawn.exchange && document.querySelector('.exchange')) requestAnimationFrame(() => { drawn.exchange ||= now() - performance.timeOrigin; });
		for (const n of document.querySelectorAll('.exchange .number')) drawn.rows[n.textContent] ||= now();
	}).observe(document, { childList: true, subtree: true });
	watch();`

// figure is a line of the table.
type figure struct{ what, value, goal string }

// TestFigures prints what docs/page.md says of the speed and the cost of the page: make page-figures.
func TestFigures(t *testing.T) {
	if !*measure {
		t.Skip("SKIPPED: -measure was not given; make page-figures does")
	}
	p := crowded(t)
	p.Before(watcher)
	figures := slices.Concat(p.paint(), p.events(), p.scroll(), cost(t))
	text := "| | measured | goal |\n|---|---|---|\n"
	for _, f := range figures {
		text += fmt.Sprintf("| %s | %s | %s |\n", f.what, f.value, f.goal)
	}
	fmt.Print(text)
	if *publish != "" {
		replaceFigures(t, *publish, text)
	}
}

func replaceFigures(t *testing.T, file, table string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	between := regexp.MustCompile(`(?s)(<!-- figures -->\n).*(<!-- end of figures -->)`)
	if !between.Match(text) {
		t.Fatalf("%s has no place for figures", file)
	}
	text = between.ReplaceAll(text, []byte("${1}"+strings.ReplaceAll(table, "$", "$$")+"${2}"))
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// paint loads the page of the crowded world several times.
func (p *person) paint() []figure {
	var first, cards, exchanges []float64
	for range 7 {
		var at struct{ First, Card, Exchange float64 }
		p.look()
		p.Wait(`drawn.card > 0 && drawn.exchange > 0`, "what is to be drawn")
		p.Eval(`({ first: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0, card: drawn.card, exchange: drawn.exchange })`, &at)
		first, cards, exchanges = append(first, at.First), append(cards, at.Card), append(exchanges, at.Exchange)
	}
	crowd := fmt.Sprintf(" (%d items, %d exchanges, median and worst of %d loads)", manyItems, manyExchanges, len(first))
	return []figure{
		{"first paint" + crowd, spread(first), "300 ms"},
		{"first items shown", spread(cards), ""},
		{"first exchanges shown", spread(exchanges), ""},
	}
}

func spread(ms []float64) string {
	slices.Sort(ms)
	return fmt.Sprintf("%.0f ms, %.0f ms", ms[len(ms)/2], ms[len(ms)-1])
}

// events sends 200 requests a second for ten seconds, and looks when each is shown: after the moment at which it was sent.
func (p *person) events() []figure {
	const rate, total = 200, 2000
	began := time.Now()
	sent := map[string]time.Time{}
	for i := range total {
		time.Sleep(time.Until(began.Add(time.Duration(i) * time.Second / rate)))
		sent[strconv.Itoa(manyExchanges+1+i)] = time.Now()
		p.call(http.MethodGet, p.origin+"/api/v2/hooks/654/incomings/stats", "shop", "", nil)
	}
	took := time.Since(began)
	p.Wait(fmt.Sprintf(`drawn.rows[%d] > 0`, manyExchanges+total), "the last exchange")
	shown := map[string]float64{}
	p.Eval(`drawn.rows`, &shown)
	var late []float64
	for number, at := range sent {
		if shown[number] > 0 {
			late = append(late, shown[number]-float64(at.UnixMicro())/1000)
		}
	}
	slices.Sort(late)
	at := func(part float64) float64 { return late[int(part*float64(len(late)-1))] }
	return []figure{
		{
			fmt.Sprintf("an exchange is on the page after it was sent, at %.0f a second (median, 99 of 100, worst of %d)", float64(total)/took.Seconds(), len(late)),
			fmt.Sprintf("%.0f ms, %.0f ms, %.0f ms", at(0.5), at(0.99), at(1)), "100 ms",
		},
		{"exchanges that went by between two frames, before their row was in sight", strconv.Itoa(total - len(late)), ""},
	}
}

// scroll moves through all items for two seconds, and looks how long frames take.
func (p *person) scroll() []figure {
	var frames []float64
	p.Eval(`new Promise((done) => {
		const box = document.querySelector('[aria-label$=", waiting"]'), frames = [], began = performance.now();
		let last = began;
		const step = () => {
			const at = performance.now();
			frames.push(at - last);
			last = at;
			box.scrollTop = box.scrollHeight * (at - began) / 2000;
			if (at - began < 2000) requestAnimationFrame(step); else done(frames);
		};
		requestAnimationFrame(step);
	})`, &frames)
	slices.Sort(frames)
	return []figure{{
		"a frame while all items are scrolled through in two seconds (median, 99 of 100)",
		fmt.Sprintf("%.0f ms, %.0f ms", frames[len(frames)/2], frames[len(frames)*99/100]), "smooth",
	}}
}

// without is what takes the place of the page's package to see what it costs.
const without = `package page

import (
	"net/http"

	"github.com/understudy-mock/understudy/openapi/contract"
)

const Prefix = "/_understudy"

type API struct {
	Contract *contract.API
	Try      []string
}

type Options struct {
	APIs    []API
	BaseURL string
	Worlds  func(*http.Request) []World
}

type World struct {
	Name      string
	Exchanges int
	Page      string
}

func New(Options) http.Handler { return http.NotFoundHandler() }
`

// cost builds the program with the page's package and with an empty one in its place.
func cost(t *testing.T) []figure {
	t.Helper()
	dir := t.TempDir()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "without.go"), without)
	of := filepath.Join(root, "mockserver", "page")
	write(t, filepath.Join(dir, "overlay.json"), fmt.Sprintf(`{"Replace":{%q:%q,%q:"",%q:""}}`,
		filepath.Join(of, "page.go"), filepath.Join(dir, "without.go"), filepath.Join(of, "document.go"), filepath.Join(of, "accept.go")))
	with, bare := filepath.Join(dir, "with"), filepath.Join(dir, "bare")
	build(t, root, "-o", with)
	build(t, root, "-overlay", filepath.Join(dir, "overlay.json"), "-o", bare)
	var resident, residentBare []float64
	for range 9 { // in turns, so that whatever else the machine does meets both
		resident, residentBare = append(resident, residentAtStart(t, with)), append(residentBare, residentAtStart(t, bare))
	}
	slices.Sort(resident)
	slices.Sort(residentBare)
	now, then := resident[len(resident)/2], residentBare[len(residentBare)/2]
	return []figure{
		{"the program's size, over one with an empty package in the page's place", fmt.Sprintf("%.1f MB, +%.0f kB", size(t, with)/1e6, (size(t, with)-size(t, bare))/1e3), "+1 MB"},
		{"resident at start, over the same (median of 9)", fmt.Sprintf("%.1f MB, %+.1f %%", now/1e3, 100*(now-then)/then), "±2 %"},
	}
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func build(t *testing.T, root string, flags ...string) {
	t.Helper()
	c := exec.CommandContext(t.Context(), "go", append(append([]string{"build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w"}, flags...), "./cmd/understudy")...)
	c.Dir, c.Env = root, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

func size(t *testing.T, file string) float64 {
	t.Helper()
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	return float64(info.Size())
}

// residentAtStart starts the program and reads what it holds in memory, in kB, once it serves.
func residentAtStart(t *testing.T, binary string) float64 {
	t.Helper()
	c := exec.CommandContext(t.Context(), binary, "serve", "--addr", "127.0.0.1:0")
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Process.Kill(); _ = c.Wait() }()
	if _, err := out.Read(make([]byte, 1)); err != nil { // it prints where it listens when it does
		t.Fatal(err)
	}
	time.Sleep(300 * time.Millisecond) // for what it does after that
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.Process.Pid))
	if err != nil {
		t.Skip("SKIPPED: memory is read on Linux only")
	}
	line := regexp.MustCompile(`VmRSS:\s+(\d+) kB`).FindSubmatch(status)
	if line == nil {
		t.Fatalf("no VmRSS in %s", status)
	}
	kB, err := strconv.ParseFloat(string(line[1]), 64)
	if err != nil {
		t.Fatal(err)
	}
	return kB
}
