package agent

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/understudy-mock/understudy/cli/trial"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/control"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
)

const (
	// stageWorld is the world of the token that a command is given.
	stageWorld = "check"
	// mostOutput is how much of what a command printed is shown, mostCall how much of a call and of its answer, in bytes.
	mostOutput = 8 << 10
	mostCall   = 300
	// mostJournal bounds the exchanges that are kept for read_more, in bytes.
	mostJournal = 1 << 20
)

// stage is a mock for one command, so that whatever is seen on it comes from that command.
type stage struct {
	*server
	api  *mockapi.API
	mock *mockserver.Server
	web  *http.Server

	mu  sync.Mutex
	out checkOut
	log bytes.Buffer
}

func newStage(s *server, api *mockapi.API) (*stage, error) {
	mock, err := mockserver.New(mockserver.WithOnly(api))
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // a listener outlives the call that makes it
	if err != nil {
		return nil, errors.Join(err, mock.Close())
	}
	own := &server{Options: s.Options, client: s.client}
	own.Origin = "http://" + listener.Addr().String()
	own.Control, own.ControlToken = own.Origin+control.Prefix+"/v1", ""
	st := &stage{server: own, api: api, mock: mock}
	st.web = &http.Server{Handler: st, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = st.web.Serve(listener) }() // ends with stop
	return st, nil
}

func (st *stage) stop() { _, _ = st.web.Close(), st.mock.Close() } // nothing is left to be done about an error

// ServeHTTP reads the journal of a world before the command deletes it, as tests that open a world each do.
func (st *stage) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if name, ok := strings.CutPrefix(r.URL.Path, control.Prefix+"/v1/worlds/"); ok && r.Method == http.MethodDelete && !strings.Contains(name, "/") {
		_ = st.readJournal(r.Context(), name) // the deletion tells that there is no such world
	}
	st.mock.ServeHTTP(w, r)
}

// run runs the command and reads what the mock has seen of it.
func (st *stage) run(ctx context.Context, in checkIn, patience time.Duration) (checkOut, error) {
	st.out.Refused = []refused{}
	token, err := st.mint(ctx, stageWorld)
	if err != nil {
		return checkOut{}, err
	}
	addresses := trial.Addresses{URL: st.Origin + st.api.Contract.BasePath, Token: token, Control: st.Control}
	limited, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	printed, err := trial.Run(limited, in.Command, in.Dir, addresses.Environment())
	exit, why, err := exitOf(ctx, limited, err, patience)
	if err != nil {
		return checkOut{}, err
	}
	if err := st.readWorlds(ctx); err != nil {
		return checkOut{}, err
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	out := st.out
	out.Exit, out.Why, out.Output, out.RelyOn = exit, why, end(printed), st.reliesOn()
	return out, nil
}

// end is the last of what a command printed.
func end(printed string) string {
	if extra := len(printed) - mostOutput; extra > 0 {
		return "…" + strings.ToValidUTF8(printed[extra:], "")
	}
	return printed
}

// exitOf is how a command ended: its exit code, or -1 and why it has none. What kept it from being run at all is an error.
func exitOf(ctx, limited context.Context, err error, patience time.Duration) (code int, why string, _ error) {
	var failure *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return 0, "", ctx.Err()
	case limited.Err() != nil:
		why = fmt.Sprintf("it was stopped after %d seconds; give more of them, %d at most", int(patience.Seconds()), int(mostPatience.Seconds()))
		return -1, why, nil //nolint:nilerr // that it took too long is what the run came to
	case errors.As(err, &failure) && failure.ExitCode() < 0:
		return -1, "it was ended by a signal: " + failure.Error(), nil
	case errors.As(err, &failure):
		return failure.ExitCode(), "", nil
	case err != nil:
		return 0, "", fmt.Errorf("command: it cannot be run: %w", err)
	}
	return 0, "", nil
}

func (st *stage) reliesOn() []string {
	ids := []string{}
	for _, r := range st.api.Contract.Requirements {
		if st.mock.Worlds().Reached(r) {
			ids = append(ids, r.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

// readWorlds reads the journals of the worlds that there are.
func (st *stage) readWorlds(ctx context.Context) error {
	names, err := st.names(ctx)
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := st.readJournal(ctx, name); err != nil {
			return err
		}
	}
	return nil
}

// entry is what an exchange in a journal says.
type entry struct {
	Sequence     int64    `json:"sequence"`
	Operation    string   `json:"operation"`
	Method       string   `json:"method"`
	Path         string   `json:"path"`
	Query        string   `json:"query"`
	Status       int      `json:"status"`
	Requirements []string `json:"requirements"`
	Response     struct {
		Body string `json:"body"`
	} `json:"response"`
}

func (st *stage) readJournal(ctx context.Context, world string) error {
	var journal struct {
		Entries []json.RawMessage `json:"entries"`
	}
	if err := st.read(ctx, http.MethodGet, "/worlds/"+url.PathEscape(world)+"/journal", url.Values{"limit": {"0"}}, nil, &journal); err != nil {
		return err
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	accepted, last := st.accepted(), int64(0)
	for _, data := range journal.Entries {
		var e entry
		if err := json.Unmarshal(data, &e); err != nil {
			return err
		}
		last = e.Sequence
		if st.log.Len()+len(data) < mostJournal {
			st.log.Write(append(data, '\n'))
		}
		if accepted(e) {
			continue
		}
		if st.out.Refusals++; len(st.out.Refused) < mostRefusals {
			st.out.Refused = append(st.out.Refused, e.refused(world, st.api))
		}
	}
	st.out.Requests += int(last)
	return nil
}

// accepted tells calls that were accepted from those that were refused, by what the API's own checks know about its answers.
func (st *stage) accepted() func(entry) bool {
	i := slices.IndexFunc(st.Catalogs, func(c *suite.Catalog) bool { return c.API.Name == st.api.Contract.Name })
	if i < 0 || st.Catalogs[i].Accepted == nil {
		return func(e entry) bool { return e.Status < http.StatusBadRequest }
	}
	return func(e entry) bool {
		return st.Catalogs[i].Accepted(&suite.Exchange{Operation: e.Operation, Method: e.Method, Status: e.Status, ResponseBody: []byte(e.Response.Body)})
	}
}

func (e entry) refused(world string, api *mockapi.API) refused {
	call := e.Method + " " + e.Path
	if e.Query != "" {
		call += "?" + e.Query
	}
	r := refused{
		World: world, Sequence: e.Sequence, Call: beginning(call, mostCall), Status: e.Status, Answer: beginning(e.Response.Body, mostCall),
		Sentences: map[string]string{},
	}
	for _, id := range e.Requirements {
		if requirement := api.Contract.Requirement(id); requirement != nil {
			r.Sentences[id] = requirement.Text
		}
	}
	return r
}
