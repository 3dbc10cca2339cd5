package durable_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/understudy-mock/understudy/internal/child"
)

var (
	natsServer = flag.String("nats", "", "a nats-server to run three of; without it, no cluster is tested")                     //nolint:gochecknoglobals // a flag of go test
	rounds     = flag.Int("rounds", 1, "how often to kill each of replica, owner, follower and leader of a cluster")            //nolint:gochecknoglobals // a flag of go test
	pausing    = flag.Duration("pause", 15*time.Second, "how long to pause an owner")                                           //nolint:gochecknoglobals // a flag of go test
	logLevel   = flag.String("replica-log", "error", "what the replicas of a cluster log")                                      //nolint:gochecknoglobals // a flag of go test
	only       = flag.String("only", "", "of replica, owner, follower, leader, handover and pause, the one event that happens") //nolint:gochecknoglobals // a flag of go test
)

// machines are three NATS servers and three replicas, each a process.
type machines struct {
	run

	ports    [6]int // of NATS: for clients, and between the servers
	nats     [3]*exec.Cmd
	replicas [3]*child.Process
	addrs    [3]string
	observer *nats.Conn
}

// What a cluster acknowledged is there, once, whatever was killed: replicas, owners, followers and leaders of NATS, and after an owner was
// paused for longer than its lease.
func TestCluster(t *testing.T) {
	if *natsServer == "" {
		t.Skip("it needs a nats-server: make cluster-test")
	}
	m := &machines{run: *newRun(t, strings.Repeat("x", 2000))}
	m.late = true
	m.startAll()
	m.prepare()
	gaps := map[string]time.Duration{}
	for _, e := range m.events() {
		for range e.often {
			if *only == "" || *only == e.name {
				m.settle()
				gap := m.workThrough(e.do)
				gaps[e.name] = max(gaps[e.name], gap)
				m.compare()
			}
			if t.Failed() {
				return
			}
		}
	}
	for _, wrong := range m.ledger.judge() {
		t.Error(wrong)
	}
	m.ledger.wantAll(t)
	if a := m.about(); !m.trimmed() {
		t.Errorf("the log was never trimmed: %+v", a.State)
	}
	t.Logf("%d times each, %d clients: %v acknowledged; the longest time without an answer that acknowledges: %v", *rounds, *clients, m.ledger.counts, gaps)
}

type event struct {
	name  string
	often int
	do    func()
}

func (m *machines) events() []event {
	return []event{
		{"replica", *rounds, func() { m.killReplica((m.owner() + 1) % 3) }},
		{"owner", *rounds, func() { m.killReplica(m.owner()) }},
		{"follower", *rounds, func() { m.killNATS((m.leader() + 1) % 3) }},
		{"leader", *rounds, func() { m.killNATS(m.leader()) }},
		{"handover", *rounds, func() { m.stopReplica(m.owner()) }},
		{"pause", 1, m.pauseOwner},
	}
}

func (m *machines) startAll() {
	m.t.Helper()
	var listeners []net.Listener
	free := func() net.Listener {
		l, err := new(net.ListenConfig).Listen(m.t.Context(), "tcp", "127.0.0.1:0")
		if err != nil {
			m.t.Fatal(err)
		}
		listeners = append(listeners, l)
		return l
	}
	for i := range m.ports {
		m.ports[i] = free().Addr().(*net.TCPAddr).Port //nolint:errcheck,forcetypeassert // a listener on TCP has no other
	}
	for i := range m.addrs {
		m.addrs[i] = free().Addr().String()
	}
	for _, l := range listeners {
		if err := l.Close(); err != nil {
			m.t.Fatal(err)
		}
	}
	for i := range m.nats {
		m.startNATS(i)
	}
	for i := range m.replicas {
		m.startReplica(i)
	}
	m.t.Cleanup(func() {
		for _, p := range m.replicas {
			_ = p.Kill() // it is gone already, at worst
		}
	})
	m.server = server{bases: new(bases), own: m.t.Context(), client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}, Timeout: 2 * time.Minute}}
	for _, addr := range m.addrs {
		m.server.bases.all = append(m.server.bases.all, "http://"+addr)
	}
	m.server.base = m.server.bases.all[0]
	m.server.bases.skip.Store(-1)
	var err error
	if m.observer, err = nats.Connect(m.url(), nats.MaxReconnects(-1), nats.ReconnectWait(100*time.Millisecond)); err != nil {
		m.t.Fatal(err)
	}
	m.t.Cleanup(m.observer.Close)
}

func (m *machines) url() string {
	return fmt.Sprintf("nats://127.0.0.1:%d,nats://127.0.0.1:%d,nats://127.0.0.1:%d", m.ports[0], m.ports[1], m.ports[2])
}

// startNATS starts a server with a file store, which syncs before it acknowledges.
func (m *machines) startNATS(i int) {
	m.t.Helper()
	dir, p := filepath.Join(m.dir, fmt.Sprint("nats-", i)), m.ports
	config := fmt.Sprintf(`server_name: nats-%d
listen: "127.0.0.1:%d"
jetstream { store_dir: %q, sync_interval: always }
cluster { name: durable, listen: "127.0.0.1:%d", routes: ["nats://127.0.0.1:%d", "nats://127.0.0.1:%d", "nats://127.0.0.1:%d"] }
log_file: %q
`, i, p[i], dir, p[3+i], p[3], p[4], p[5], dir+".log")
	if err := os.WriteFile(dir+".conf", []byte(config), 0o600); err != nil {
		m.t.Fatal(err)
	}
	cmd := exec.Command(*natsServer, "-c", dir+".conf") //nolint:noctx // it ends with the test, and in between by a kill
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		m.t.Fatal(err)
	}
	m.nats[i] = cmd
	m.t.Cleanup(func() {
		if m.nats[i] == cmd {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
	})
}

func (m *machines) startReplica(i int) {
	m.t.Helper()
	p, err := child.Start(m.t.Context(), m.binary, "serve", "--addr", m.addrs[i], "--cluster", m.url(), "--log-level", *logLevel)
	if err != nil {
		m.t.Fatal(err)
	}
	m.replicas[i] = p
}

func (m *machines) killReplica(i int) {
	if err := m.replicas[i].Kill(); err != nil {
		m.t.Error(err)
	}
	m.startReplica(i)
}

func (m *machines) stopReplica(i int) {
	if err := m.replicas[i].Stop(); err != nil {
		m.t.Error(err)
	}
	m.startReplica(i)
}

func (m *machines) killNATS(i int) {
	if err := m.nats[i].Process.Kill(); err != nil {
		m.t.Error(err)
	}
	_ = m.nats[i].Wait() // that it was killed is no news
	time.Sleep(time.Second)
	m.startNATS(i)
}

// pauseOwner asks the paused replica for nothing new, as a load balancer does: its clients wait as long as it is paused.
func (m *machines) pauseOwner() {
	i := m.owner()
	m.server.bases.skip.Store(int64(i))
	defer m.server.bases.skip.Store(-1)
	p := m.replicas[i].PID()
	if err := syscall.Kill(p, syscall.SIGSTOP); err != nil {
		m.t.Error(err)
	}
	time.Sleep(*pausing)
	if err := syscall.Kill(p, syscall.SIGCONT); err != nil {
		m.t.Error(err)
	}
}

// until waits for something that comes.
func (m *machines) until(what string, is func() bool) {
	m.t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if is() {
			return
		}
	}
	m.t.Fatal(what + " for a minute")
}

// owner is the number of the replica that has the worlds.
func (m *machines) owner() (number int) {
	m.t.Helper()
	m.until("nobody had the worlds", func() bool {
		for i, addr := range m.addrs {
			if strings.Contains(m.role(addr), "this replica") && strings.Contains(m.role(addr), "has the worlds\n") {
				number = i
				return true
			}
		}
		return false
	})
	return number
}

func (m *machines) role(addr string) string {
	ctx, cancel := context.WithTimeout(m.t.Context(), time.Second)
	defer cancel()
	a, err := server{base: "http://" + addr, client: m.server.client}.call(ctx, http.MethodGet, "/_understudy/readyz", "", nil)
	if err != nil || a.status != http.StatusOK {
		return ""
	}
	return string(a.body)
}

// about is what NATS says of the stream.
type about struct {
	Cluster struct {
		Leader   string `json:"leader"`
		Replicas []struct {
			Current bool `json:"current"`
		} `json:"replicas"`
	} `json:"cluster"`
	State struct {
		Messages uint64 `json:"messages"`
		Bytes    uint64 `json:"bytes"`
	} `json:"state"`
}

func (m *machines) about() (a about) {
	answer, err := m.observer.Request("$JS.API.STREAM.INFO.UNDERSTUDY", nil, time.Second)
	if err == nil {
		err = json.Unmarshal(answer.Data, &a)
	}
	if err != nil {
		return about{}
	}
	return a
}

// trimmed reports whether what the log began with was removed.
func (m *machines) trimmed() bool {
	var first struct {
		Message struct {
			Data []byte `json:"data"`
		} `json:"message"`
	}
	var e struct {
		Prev uint64 `json:"prev"`
	}
	answer, err := m.observer.Request("$JS.API.STREAM.MSG.GET.UNDERSTUDY", []byte(`{"seq":1,"next_by_subj":"understudy.log"}`), time.Second)
	if err == nil {
		err = errors.Join(json.Unmarshal(answer.Data, &first), json.Unmarshal(first.Message.Data, &e))
	}
	if err != nil {
		m.t.Error(err)
	}
	return e.Prev != 0
}

// leader is the number of the NATS server that leads the stream.
func (m *machines) leader() (number int) {
	m.t.Helper()
	m.until("nobody led the stream", func() bool {
		_, err := fmt.Sscanf(m.about().Cluster.Leader, "nats-%d", &number)
		return err == nil
	})
	return number
}

// settle waits until every NATS server has everything: two of three that are gone at once keep nothing.
func (m *machines) settle() {
	m.t.Helper()
	m.until("the NATS servers did not agree", func() bool {
		c := m.about().Cluster
		return c.Leader != "" && len(c.Replicas) == 2 && c.Replicas[0].Current && c.Replicas[1].Current
	})
}

// answersAfter is how many calls have to be acknowledged after an event.
const answersAfter = 200

// workThrough lets every client work while something happens and a while longer, and returns the longest time in which none was answered.
func (m *machines) workThrough(do func()) time.Duration {
	m.t.Helper()
	ctx, stop := context.WithCancel(m.t.Context())
	defer stop()
	m.server.bases.reset()
	var working sync.WaitGroup
	for _, c := range m.clients {
		working.Go(func() {
			if err := c.work(ctx, m.server, m.address); err != nil {
				m.t.Errorf("client %d: %v", c.n, err)
			}
		})
	}
	time.Sleep(time.Duration(200+m.random.IntN(800)) * time.Millisecond)
	do()
	before := m.server.bases.answers.Load()
	m.until("too few answers came", func() bool { return m.t.Failed() || m.server.bases.answers.Load() >= before+answersAfter })
	stop()
	working.Wait()
	return m.server.bases.gap()
}

// bases are the replicas that calls go to by turns, and how long none was answered.
type bases struct {
	all     []string
	next    atomic.Int64
	skip    atomic.Int64 // the one that is left out, -1 for none
	answers atomic.Int64

	mu      sync.Mutex
	last    time.Time
	longest time.Duration
}

func (b *bases) reset() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.last, b.longest = time.Now(), 0
}

func (b *bases) gap() time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.longest.Round(time.Millisecond)
}

func (b *bases) base() string {
	i := b.next.Add(1) % int64(len(b.all))
	if i == b.skip.Load() {
		return b.base()
	}
	return b.all[i]
}

func (b *bases) answered() {
	b.answers.Add(1)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.longest, b.last = max(b.longest, time.Since(b.last)), time.Now()
}

// errDoubt is an answer of a cluster that says no more than none would.
var errDoubt = errors.New("the cluster does not know")

// said takes an answer that the cluster does not stand by for none.
func (b *bases) said(a answer) error {
	if a.status >= http.StatusInternalServerError || bytes.Contains(a.body, []byte("the mock failed")) {
		return errDoubt
	}
	b.answered()
	return nil
}
