package cli

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/explore"
	"github.com/understudy-mock/understudy/conformance/history"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/internal/lazyregexp"
	"github.com/understudy-mock/understudy/internal/shown"
)

// targetFlags say which target and how to treat it. A flag that is given wins over the target file.
type targetFlags struct {
	file        string
	url         string
	token       string
	anonymous   bool
	mode        string
	stateURL    string
	stateHeader []string
	hookIDs     []string
	hookURLs    []string
	requestIDs  []string
	defIDs      []string
	login       string
	receiver    conformance.Receiver
	rate        float64
	maxRequests int
	workers     int
	timeout     time.Duration
	deadline    time.Duration
	seed        uint64
	runID       string
	pattern     string
	noColor     bool
}

func (f *targetFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&f.file, "target", "", "target file (YAML); flags win over it")
	flags.StringVar(&f.url, "url", "", "base URL of the API, such as http://127.0.0.1:8654/api")
	flags.StringVar(&f.token, "token", "", "credential that may read and write")
	flags.BoolVar(&f.anonymous, "anonymous", false, "the target wants no credential")
	flags.StringVar(&f.mode, "mode", "", "read-only, owned or disposable (default owned on loopback, read-only beyond)")
	flags.StringVar(&f.stateURL, "state-url", "", "provider-state URL that sets the target's states up")
	flags.StringArrayVar(&f.stateHeader, "state-header", nil, "header sent to --state-url, \"NAME: VALUE\", such as a credential; repeatable")
	flags.StringSliceVar(&f.hookIDs, "hook-id", nil, "hook that the run may use; repeatable")
	flags.StringSliceVar(&f.hookURLs, "hook-url", nil, "address of the hook of the same position, for deliveries")
	flags.StringSliceVar(&f.requestIDs, "request-id", nil, "webhook request that is there, to be read alone; repeatable")
	flags.StringSliceVar(&f.defIDs, "definition-id", nil, "webhook definition whose webhook requests are there, to be read alone; repeatable")
	flags.StringVar(&f.login, "login", "", "user to log in as, USER:PASSWORD@ORGANISATION; better kept in the target file")
	flags.StringVar(&f.receiver.URL, "receiver-url", "", "how the target reaches the suite's receiver, when not on loopback")
	flags.StringVar(&f.receiver.Listen, "receiver-addr", "", "address of the suite's receiver (default a free port on loopback)")
	flags.DurationVar(&f.receiver.Patience, "patience", conformance.DefaultPatience, "how long a delivery may be left unanswered to see when the target gives up, 0s for not at all; more than the default measures its time-out too")
	flags.Float64Var(&f.rate, "rate", 0, "requests per second at most")
	flags.IntVar(&f.maxRequests, "max-requests", 0, "requests at most")
	flags.IntVar(&f.workers, "workers", 0, "checks at a time")
	flags.DurationVar(&f.timeout, "timeout", 0, "time for one request (default 10s)")
	flags.DurationVar(&f.deadline, "deadline", 0, "time for the whole run, after which it reports what it found (default 10m without --rate)")
	flags.Uint64Var(&f.seed, "seed", 1, "seed of the choices and shapes of what is sent")
	flags.StringVar(&f.runID, "run-id", "", "id of an earlier run, to send the same again to the byte (default a random one)")
	flags.StringVar(&f.pattern, "run", "", "only ids that match this regular expression")
	flags.BoolVar(&f.noColor, "no-color", false, "no colours")
	f.bound(flags)
}

func (f *targetFlags) bound(flags *pflag.FlagSet) {
	boundTime(flags, "patience", &f.receiver.Patience, "take 0s for not at all, or a time such as 5s")
	bound(flags, "rate", &f.rate, 0, math.MaxFloat64, "take 0 for no bound, or the requests per second")
	bound(flags, "max-requests", &f.maxRequests, 0, math.MaxInt, "take 0 for no bound, or a number")
	bound(flags, "workers", &f.workers, 0, conformance.MaxWorkers, fmt.Sprint("take 0 for the default, or 1 to ", conformance.MaxWorkers))
	boundTime(flags, "deadline", &f.deadline, "take 0s for the default, or a time such as 1h")
	boundTime(flags, "timeout", &f.timeout, "take 0s for the default, or a time such as 10s")
}

// target is the target file with the flags over it.
func (f *targetFlags) target(all apis, api string, given func(string) bool) (conformance.Target, error) {
	t := conformance.Target{}.Patient()
	var err error
	if f.file != "" {
		if t, err = conformance.LoadTarget(f.file, all.catalogs()); err != nil {
			return t, err
		}
	}
	if t.API != "" && t.API != api {
		return t, fmt.Errorf("%w: %s: api: found %q, want %s, which the command line names", conformance.ErrConfig, f.file, t.API, api)
	}
	t.API = api
	f.over(&t, given)
	if err := f.stateHeaders(&t); err != nil {
		return t, err
	}
	if given("login") {
		if t.Login, err = parseLogin(f.login); err != nil {
			return t, err
		}
	}
	if len(f.hookURLs) > len(f.hookIDs) {
		return t, errors.New("--hook-url: there are more addresses than --hook-id has ids; each address needs the id of its hook")
	}
	return t, nil
}

// over puts what was given over the target file.
func (f *targetFlags) over(t *conformance.Target, given func(string) bool) {
	set(given("url"), &t.URL, f.url)
	set(given("token"), &t.Token, f.token)
	set(given("anonymous"), &t.Anonymous, f.anonymous)
	set(given("mode"), &t.Mode, suite.Mode(f.mode))
	set(given("state-url"), &t.States.URL, f.stateURL)
	set(given("rate"), &t.Rate, f.rate)
	set(given("max-requests"), &t.MaxRequests, f.maxRequests)
	set(given("workers"), &t.Workers, f.workers)
	set(given("timeout"), &t.Timeout, f.timeout)
	set(given("hook-id"), &t.States.Hooks, f.hooks())
	set(given("request-id"), &t.States.Requests, f.requestIDs)
	set(given("definition-id"), &t.States.Definitions, f.defIDs)
	set(given("receiver-url"), &t.Receiver.URL, f.receiver.URL)
	set(given("receiver-addr"), &t.Receiver.Listen, f.receiver.Listen)
	set(given("patience"), &t.Receiver.Patience, f.receiver.Patience)
}

var headerName = lazyregexp.New("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")

// stateHeaders adds the headers of --state-header to those of the target file. A value is not repeated in an error: it may be secret.
func (f *targetFlags) stateHeaders(t *conformance.Target) error {
	for _, given := range f.stateHeader {
		name, value, ok := strings.Cut(given, ":")
		if value = strings.TrimSpace(value); !ok || value == "" || !headerName().MatchString(name) || strings.ContainsAny(value, "\r\n\x00") {
			return errors.New("--state-header: write it as NAME: VALUE, such as \"Authorization: Bearer TOKEN\"")
		}
		if t.States.Headers == nil {
			t.States.Headers = map[string]string{}
		}
		t.States.Headers[name] = value
	}
	return nil
}

// parseLogin reads USER:PASSWORD@ORGANISATION. The password may have any character.
func parseLogin(text string) (conformance.Login, error) {
	user, rest, hasPassword := strings.Cut(text, ":")
	at := strings.LastIndex(rest, "@")
	if !hasPassword || user == "" || at < 0 {
		return conformance.Login{}, errors.New("--login: write it as USER:PASSWORD@ORGANISATION")
	}
	return conformance.Login{Username: user, Password: rest[:at], Organisation: rest[at+1:]}, nil
}

func set[T any](given bool, at *T, value T) {
	if given {
		*at = value
	}
}

func (f *targetFlags) hooks() []conformance.Hook {
	var hooks []conformance.Hook
	for i, id := range f.hookIDs {
		h := conformance.Hook{ID: id}
		if i < len(f.hookURLs) {
			h.URL = f.hookURLs[i]
		}
		hooks = append(hooks, h)
	}
	return hooks
}

// options are what the flags say about the run itself.
func (f *targetFlags) options() ([]conformance.Option, error) {
	opts := []conformance.Option{conformance.Seed(f.seed), conformance.RunID(f.runID)}
	if f.pattern == "" {
		return opts, nil
	}
	pattern, err := regexp.Compile(f.pattern)
	if err != nil {
		return nil, fmt.Errorf("--run %q: %w", f.pattern, err)
	}
	return append(opts, conformance.Select(pattern)), nil
}

type verifyFlags struct {
	targetFlags
	baseline      string
	writeBaseline string
	reports       []string
	require       string
	scripts       string
	verbose       bool
	onlyFailures  bool
	explore       bool
	concurrent    bool
	rounds        int
}

func newVerifyCommand(all apis) *cobra.Command {
	var f verifyFlags
	cmd := &cobra.Command{
		Use:   "verify API",
		Short: "Find out whether a target keeps the contract",
		Long: `Verify runs one check per documented requirement against a target, and one probe per point that
the documents leave open. It changes only what it made itself or was lent, and removes it again.

What the target cannot be brought into is unverified: never green, never a defect.
Ctrl-C ends the run, takes back what it set up, and reports what was found so far.
Exit codes: 0 conforms, 1 violates, 2 usage or configuration, 3 could not measure (or was interrupted),
4 left something behind, whatever else was found: the last line says both.`,
		Example: all.examples(verifyExample) + all.example(`
  understudy verify {api} --target vendor.yaml --mode read-only --report html=report.html
  understudy verify {api} --target mine.yaml --run {group}/ --report junit=junit.xml --report json=report.json
  understudy verify {api} --target mine.yaml --write-baseline known.yaml`),
		Args: all.one,
		RunE: func(cmd *cobra.Command, args []string) error { return verify(cmd, all, args[0], &f) },
	}
	f.register(cmd.Flags())
	cmd.Flags().StringVar(&f.baseline, "baseline", "", "file of known failures, which must still fail")
	cmd.Flags().StringVar(&f.writeBaseline, "write-baseline", "", "write the failures of this run to a file; entries that are there keep reason, link and date, and stay where the run did not measure them")
	cmd.Flags().StringArrayVar(&f.reports, "report", nil, "json=F, junit=F, html=F, markdown=F, github=F (annotations) or jsonl=F; repeatable")
	cmd.Flags().StringVar(&f.require, "require", "", "what has to be measured: all, a number of requirements, or a regular expression of their ids")
	cmd.Flags().StringVar(&f.scripts, "scripts", "", "directory for a shell script of every failure; what passes loses its script of an earlier run")
	cmd.Flags().BoolVar(&f.explore, "explore", false, "play random sequences of commands as well, against a reference model")
	cmd.Flags().BoolVar(&f.concurrent, "concurrent", false, "record what several clients do at once as well, and judge whether any order explains it")
	cmd.Flags().IntVar(&f.rounds, "rounds", 0, fmt.Sprintf("sequences to explore (default %d) and histories to record (default %d)", explore.DefaultRounds, history.DefaultRounds))
	bound(cmd.Flags(), "rounds", &f.rounds, 0, math.MaxInt, "take 0 for the defaults, or a number")
	cmd.Flags().BoolVarP(&f.verbose, "verbose", "v", false, "list what passed and what is known as well")
	cmd.Flags().BoolVar(&f.onlyFailures, "only-failures", false, "print what is violated and the summary alone")
	return cmd
}

// verifyExample verifies the mock.
const verifyExample = "  understudy verify {api} --url {url} --token demo{login} \\\n" +
	"    --state-url " + exampleServer + "/_understudy/v1/provider-states"

func verify(cmd *cobra.Command, all apis, api string, f *verifyFlags) error {
	outputs, err := parseReports(f.reports)
	if err != nil {
		return withCode(codeUsage, err)
	}
	opts, err := f.options()
	if err != nil {
		return withCode(codeUsage, err)
	}
	opts = append(opts, f.beyond()...)
	if f.require != "" {
		opts = append(opts, conformance.Require(f.require))
	}
	if err := f.writable(outputs); err != nil {
		return withCode(codeUsage, err)
	}
	live, err := outputs.stream()
	if err != nil {
		return withCode(codeUsage, err)
	}
	opts = append(opts, conformance.Progress(reporting(cmd.ErrOrStderr(), live)))
	if f.baseline != "" {
		known, err := conformance.LoadBaseline(f.baseline)
		if err != nil {
			return withCode(codeUsage, fmt.Errorf("--baseline: %w; name a file of known failures, such as one that --write-baseline wrote", err))
		}
		opts = append(opts, conformance.Known(known))
	}
	if _, err := os.Stat(f.writeBaseline); f.writeBaseline != "" && err == nil {
		if _, err := conformance.LoadBaseline(f.writeBaseline); err != nil {
			return withCode(codeUsage, fmt.Errorf("--write-baseline: %w; mend it, or remove it to lose its reasons", err))
		}
	}
	r, err := f.run(cmd, all, api, opts)
	if err != nil {
		return err
	}
	if err := errors.Join(outputs.write(r), live.close(r), writeScripts(f.scripts, r)); err != nil {
		return err
	}
	if err := f.finish(cmd.OutOrStdout(), r); err != nil {
		return err
	}
	return exitWith(r.ExitCode())
}

// writable says whether what the run writes at its end can be written.
func (f *verifyFlags) writable(o outputs) error {
	all := append(o.destinations(), destination{"--write-baseline", f.writeBaseline})
	return errors.Join(writable(all...), makeFolder("--scripts", f.scripts))
}

// beyond are the options for what goes beyond one check per sentence.
func (f *verifyFlags) beyond() []conformance.Option {
	opts := []conformance.Option{conformance.Rounds(f.rounds)}
	if f.explore {
		opts = append(opts, conformance.Explore())
	}
	if f.concurrent {
		opts = append(opts, conformance.Concurrent())
	}
	return opts
}

// run verifies the target that the flags describe.
func (f *targetFlags) run(cmd *cobra.Command, all apis, api string, opts []conformance.Option) (*report.Report, error) {
	t, err := f.target(all, api, func(name string) bool { return cmd.Flags().Changed(name) })
	if err != nil {
		return nil, withCode(codeUsage, err)
	}
	notices := conformance.Notices(func(line string) { cmd.PrintErrln(shown.Line(line)) })
	r, err := conformance.Run(cmd.Context(), t, append(opts, all.catalogs(), notices, conformance.Deadline(f.deadline))...)
	if err != nil {
		return nil, withCode(conformance.ExitCode(nil, err), err)
	}
	return r, nil
}

// finish prints the report and writes the baseline if one is wanted.
func (f *verifyFlags) finish(out io.Writer, r *report.Report) error {
	console := report.Console{Color: !f.noColor && isTerminal(out), Verbose: f.verbose, OnlyFailures: f.onlyFailures}
	if err := console.Write(out, r); err != nil {
		return err
	}
	if f.writeBaseline == "" {
		return nil
	}
	known := conformance.BaselineOf(r, "not looked into yet", f.before())
	return writeFile(f.writeBaseline, known.Write)
}

// before is the baseline that is about to be written anew, nil where there is none.
func (f *verifyFlags) before() *conformance.Baseline {
	known, err := conformance.LoadBaseline(f.writeBaseline)
	if err != nil {
		return nil // the run begins by refusing one that is broken
	}
	return known
}

// exitWith ends the program after everything was said.
func exitWith(code int) error {
	if code == codeOK {
		return nil
	}
	return silent{code}
}

func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	if !ok || os.Getenv("NO_COLOR") != "" {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
