package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/understudy-mock/understudy/internal/schemafile"
	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/control"
	"github.com/understudy-mock/understudy/mockserver/coverage"
	"github.com/understudy-mock/understudy/mockserver/dialect"
	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/mockserver/world"
	"github.com/understudy-mock/understudy/mockserver/worldfile"
)

// serveFlags are the settings of serve.
type serveFlags struct {
	addr, portFile string

	controlAddr, controlToken string
	controlHosts              []string
	hosts                     []string

	apis      []string
	worldFile string
	data      string
	cluster   clusterFlags
	dialect   string
	egress    []string
	validate  bool
	coverage  string
	mutant    string
	tokens    string
	seed      int64
	seeded    func() bool
	rateLimit int

	maxWorlds      int
	maxBody        int64
	journalEntries int
	journalBytes   int
	memory         int64

	tls       tlsFlags
	logFormat string
	logLevel  string
	drain     time.Duration
	untilEOF  bool
}

func (f *serveFlags) register(flags *pflag.FlagSet, all apis) {
	flags.StringVar(&f.addr, "addr", "127.0.0.1:8654", "address to listen on; port 0 takes a free one")
	flags.StringVar(&f.portFile, "port-file", "", "file to write the port to once it listens")
	flags.StringVar(&f.controlAddr, "control-addr", "", "address of a listener of its own for the control API")
	flags.StringVar(&f.controlToken, "control-token", "", "bearer token that the control API wants; needed beyond loopback")
	flags.StringSliceVar(&f.controlHosts, "control-host", nil, "host name by which the control API may be called beside loopback's")
	flags.StringSliceVar(&f.hosts, "host", nil, "host name by which the mock may be called on loopback beside loopback's own; its pages may call, too")
	flags.StringVar(&f.worldFile, "world", "", "world file, YAML or JSON, in the stead of the documented base world")
	flags.StringVar(&f.data, "data", "", "directory that keeps the worlds, so that they survive a restart and a crash; made if need be")
	flags.StringVar(&f.cluster.url, "cluster", "", "NATS servers with JetStream that keep the worlds, which several replicas share: nats://host:4222,…")
	flags.StringVar(&f.cluster.address, "cluster-address", "", "scheme and host by which the other replicas reach this one; by default that of --addr")
	flags.StringVar(&f.cluster.creds, "cluster-creds", "", "file of credentials for the NATS servers")
	flags.StringSliceVar(&f.cluster.monitors, "cluster-monitor", nil, "address of a NATS server's monitoring, which tells how it syncs: http://host:8222")
	flags.StringVar(&f.dialect, "dialect", "", "dialect file with answers to the open questions, or: hostile")
	flags.StringSliceVar(&f.apis, "api", nil, "play only these: "+strings.Join(all.names(), ", "))
	flags.StringSliceVar(&f.egress, "egress", nil, "host, or host:port, beyond loopback to which webhooks may be sent")
	flags.BoolVar(&f.validate, "validate-responses", false, "hold every answer against the OpenAPI document")
	flags.StringVar(&f.coverage, "coverage-report", "", "file to write at stop: which requirements the traffic reached (.txt, .json or .html)")
	flags.StringVar(&f.mutant, "mutant", "", "broken vendor to play in the stead of the honest ones; understudy mutants lists them")
	flags.StringVar(&f.tokens, "tokens", "open", "open: any token opens a world; declared: only tokens that a world issued")
	flags.Int64Var(&f.seed, "seed", 1, "seed of the base world; ids follow from it")
	flags.IntVar(&f.rateLimit, "rate-limit", 0, "calls per minute that a world takes, of an API that documents such a limit; 0 for any number")
	flags.IntVar(&f.maxWorlds, "max-worlds", world.DefaultMaxWorlds, "worlds to keep; the one unused for longest makes room")
	flags.Int64Var(&f.maxBody, "max-body", mockserver.DefaultMaxBody, "largest body of an API request, in bytes")
	limits := journal.DefaultLimits()
	flags.IntVar(&f.journalEntries, "journal-entries", limits.Entries, "exchanges that a world's journal keeps")
	flags.IntVar(&f.journalBytes, "journal-bytes", limits.Bytes, "bytes that a world's journal keeps")
	flags.Int64Var(&f.memory, "memory", machineShare(), "bytes that all worlds keep together, one of them half; journals give up first, then the world unused for longest")
	f.tls.register(flags)
	flags.StringVar(&f.logFormat, "log-format", "auto", "auto, text or json; auto is text on a terminal")
	flags.StringVar(&f.logLevel, "log-level", "info", "debug (every exchange), info, warn or error")
	flags.DurationVar(&f.drain, "drain", 1500*time.Millisecond, "how long running requests may take after SIGTERM")
	flags.BoolVar(&f.untilEOF, "until-eof", false, "stop when standard input ends, as it does when the parent process is gone")
	f.seeded = func() bool { return flags.Changed("seed") }
	f.bound(flags)
}

// bound refuses what would be taken for no bound at all, or would be none.
func (f *serveFlags) bound(flags *pflag.FlagSet) {
	bound(flags, "rate-limit", &f.rateLimit, 0, math.MaxInt, "take 0 for any number, or the calls per minute")
	bound(flags, "max-worlds", &f.maxWorlds, 1, world.MostWorlds, fmt.Sprint("take 1 to ", world.MostWorlds))
	bound(flags, "max-body", &f.maxBody, 1, mockserver.MaxMaxBody, fmt.Sprint("take 1 to ", mockserver.MaxMaxBody, " bytes"))
	bound(flags, "journal-entries", &f.journalEntries, 1, math.MaxInt, "take 1 or more")
	bound(flags, "journal-bytes", &f.journalBytes, 1, math.MaxInt, "take 1 or more")
	bound(flags, "memory", &f.memory, 1<<20, math.MaxInt64, "take 1048576 or more")
	const memory = ", or leave the flag out to keep the worlds in memory"
	fill(flags, "data", "give a directory"+memory)
	fill(flags, "cluster", "give the addresses of the NATS servers, such as nats://10.0.0.1:4222"+memory)
	fill(flags, "cluster-address", "give scheme and host by which the other replicas reach this one, such as http://10.0.0.7:8654, or leave the flag out for the address of --addr")
	fill(flags, "cluster-creds", "give the file of credentials that the NATS account's owner made, or leave the flag out")
	fill(flags, "cluster-monitor", "give the address of a NATS server's monitoring, such as http://10.0.0.1:8222, or leave the flag out")
	boundTime(flags, "drain", &f.drain, "take 0s to cut them off at once, or a time such as 1.5s")
}

// check makes a server of the flags for nothing.
func (f *serveFlags) check(all apis, stderr io.Writer) error {
	if err := f.checkCluster(); err != nil {
		return err
	}
	server, err := f.newServer(all, nil, stderr)
	if err != nil {
		return err
	}
	return server.Close()
}

// newServer makes the mock that the flags ask for, with the control API's view of where it listens; nil for nowhere yet. What keeps the
// worlds is an option more.
func (f *serveFlags) newServer(all apis, s *sites, stderr io.Writer, keeping ...mockserver.Option) (*mockserver.Server, error) {
	log, err := newLogger(stderr, f.logFormat, f.logLevel)
	if err != nil {
		return nil, err
	}
	if err := f.checkControl(s); err != nil {
		return nil, err
	}
	for _, name := range f.apis {
		if _, err := all.lookup(name); err != nil {
			return nil, fmt.Errorf("--api: %w", err)
		}
	}
	if err := f.checkCoverage(); err != nil {
		return nil, err
	}
	metrics := newMetrics()
	options := []mockserver.Option{
		mockserver.WithMaxWorlds(f.maxWorlds),
		mockserver.WithMaxBody(f.maxBody),
		mockserver.WithJournal(journal.Limits{Entries: f.journalEntries, Bytes: f.journalBytes}),
		mockserver.WithMemory(f.memory),
		mockserver.WithLogger(log),
		mockserver.WithOnly(all.mocks()...),
		mockserver.WithAPIs(f.apis...),
		mockserver.WithEgress(f.egress...),
		mockserver.WithHosts(f.hosts...),
		mockserver.WithObserver(observer(log, metrics)),
		mockserver.WithControl(control.Options{
			Token: f.controlToken, Hosts: f.controlHosts, BaseURL: f.vendorsURL(s), Metrics: metrics,
		}),
	}
	if f.validate {
		options = append(options, mockserver.WithValidateResponses())
	}
	if f.controlAddr != "" {
		options = append(options, mockserver.WithSeparateControl())
	}
	base, err := f.baseOptions(all)
	if err != nil {
		return nil, err
	}
	return mockserver.New(slices.Concat(options, base, keeping)...)
}

// vendorsURL is given to the control API only when a request to it does not show where the vendors are.
func (f *serveFlags) vendorsURL(s *sites) string {
	if f.controlAddr == "" || s == nil {
		return ""
	}
	return s.vendorsURL()
}

// baseOptions say what the worlds are made of. A flag that was given wins over the world file.
func (f *serveFlags) baseOptions(all apis) ([]mockserver.Option, error) {
	var options []mockserver.Option
	if f.worldFile != "" {
		base, err := readWorld(f.worldFile, all.mocks())
		if err != nil {
			return nil, err
		}
		options = append(options, mockserver.WithBase(base))
	}
	if f.worldFile == "" || f.seeded() {
		options = append(options, mockserver.WithSeed(f.seed))
	}
	if f.dialect != "" {
		answers, err := dialect.Load(f.dialect, f.seed, all.contracts()...)
		if err != nil {
			return nil, err
		}
		options = append(options, mockserver.WithDialect(answers))
		if f.dialect == dialect.HostileName {
			options = append(options, mockserver.WithVariations(f.seed))
		}
	}
	if f.mutant != "" {
		options = append(options, mockserver.WithMutant(f.mutant))
	}
	if f.rateLimit > 0 {
		options = append(options, mockserver.WithRateLimit(f.rateLimit))
	}
	switch f.tokens {
	case "open":
	case "declared":
		options = append(options, mockserver.WithDeclaredTokens())
	default:
		return nil, fmt.Errorf("--tokens %q: take open or declared", f.tokens)
	}
	return options, nil
}

func readWorld(name string, apis []*mockapi.API) (world.Base, error) {
	text, err := schemafile.ReadFile(name, worldfile.MaxBytes)
	if err != nil {
		return world.Base{}, fmt.Errorf("--world: %w", err)
	}
	described, err := worldfile.Read(name, bytes.NewReader(text), apis...)
	if err != nil {
		return world.Base{}, err
	}
	return described.Base(apis...)
}

var errControlToken = errors.New("the control API can change and empty every world: beyond loopback it needs --control-token (or give it --control-addr 127.0.0.1:0)")

func (f *serveFlags) checkControl(s *sites) error {
	if s != nil && !s.controlIsNear() && f.controlToken == "" {
		return errControlToken
	}
	return errors.Join(checkHosts("--control-host", f.controlHosts), checkHosts("--host", f.hosts))
}

func checkHosts(flag string, names []string) error {
	for _, name := range names {
		if name == "" || strings.ContainsAny(name, "/[]@") || strings.Contains(name, ":") && net.ParseIP(name) == nil {
			return fmt.Errorf("%s %q: give a name or an address, without scheme and port", flag, name)
		}
	}
	return nil
}

// controlIsNear reports whether the control API can be called from this machine only.
func (s *sites) controlIsNear() bool {
	at := s.vendors
	if s.control != nil {
		at = s.control
	}
	tcp, ok := at.Addr().(*net.TCPAddr)
	return !ok || tcp.IP.IsLoopback()
}

// checkCoverage finds out at the start what would lose the report at the end.
func (f *serveFlags) checkCoverage() error {
	if _, err := f.coverageFormat(); err != nil || f.coverage == "" {
		return err
	}
	if _, err := os.Stat(filepath.Dir(f.coverage)); err != nil {
		return fmt.Errorf("--coverage-report %q: %w; make the directory first", f.coverage, err)
	}
	return nil
}

// coverageFormat follows from the name of the report's file.
func (f *serveFlags) coverageFormat() (string, error) {
	switch ext := filepath.Ext(f.coverage); {
	case f.coverage == "", ext == ".txt":
		return "text", nil
	case ext == ".json", ext == ".html":
		return ext[1:], nil
	}
	return "", fmt.Errorf("--coverage-report %q: let the name end in .txt, .json or .html", f.coverage)
}

func (f *serveFlags) reportCoverage(server *mockserver.Server) error {
	if f.coverage == "" {
		return nil
	}
	format, err := f.coverageFormat()
	if err != nil {
		return err
	}
	report := coverage.Of(server.Worlds().Reached, mockapi.Contracts(server.APIs())...)
	return writeFile(f.coverage, func(w io.Writer) error { return report.Write(w, format) })
}
