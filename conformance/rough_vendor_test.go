package conformance_test

import (
	"bytes"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/understudy-mock/understudy/mockserver"
	mockmake "github.com/understudy-mock/understudy/mockserver/makecom"
	worlds "github.com/understudy-mock/understudy/mockserver/world"
	"github.com/understudy-mock/understudy/openapi/crmcom"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// isCall tells the API's own calls from deliveries and from the set-up of states.
func isCall(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, makecom.BasePath) || strings.HasPrefix(r.URL.Path, crmcom.BasePath)
}

// dice is a source of chances that several goroutines share.
type dice struct {
	mu     sync.Mutex
	source *rand.Rand
}

func newDice(seed, stream uint64) *dice { return &dice{source: rand.New(rand.NewPCG(seed, stream))} }

func (d *dice) upTo(n int) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.source.IntN(n)
}

// flaky breaks one connection in twenty: before it has done what it was asked, afterwards, or in the middle of the answer.
func flaky(h http.Handler, seed uint64) http.Handler {
	chance := newDice(seed, 1)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if chance.upTo(20) > 0 {
			h.ServeHTTP(w, r)
			return
		}
		when := chance.upTo(3)
		if when > 0 {
			answer := httptest.NewRecorder()
			h.ServeHTTP(answer, r)
			if when == 2 {
				cutShort(w, answer)
			}
		}
		panic(http.ErrAbortHandler) // closes the connection
	})
}

// cutShort writes half of an answer.
func cutShort(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
	maps.Copy(w.Header(), answer.Header())
	w.Header().Set("Content-Length", strconv.Itoa(answer.Body.Len()))
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes()[:answer.Body.Len()/2])
}

// callsPerMinute is the smallest plan of Make's.
const callsPerMinute = 60

// metered refuses calls beyond so many a minute, each vendor in its own way. A minute begins with its first call.
func metered(h http.Handler) http.Handler {
	var mu sync.Mutex
	var minute time.Time
	calls := 0
	spend := func() (over bool, end time.Time) {
		mu.Lock()
		defer mu.Unlock()
		if now := time.Now(); now.Sub(minute) >= time.Minute {
			minute, calls = now, 0
		}
		calls++
		return calls > callsPerMinute, minute.Add(time.Minute)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isCall(r) {
			if over, end := spend(); over {
				refuse(w, r, end)
				return
			}
		}
		h.ServeHTTP(w, r)
	})
}

func refuse(w http.ResponseWriter, r *http.Request, until time.Time) {
	text := `{"status":{"code":"TOOMANYREQUESTSEXCEPTION","message":"Too many calls, come back later.","description":null}}`
	media := "application/json"
	if strings.HasPrefix(r.URL.Path, makecom.BasePath) {
		text, media = makecom.TextRateLimit, "text/plain; charset=utf-8"
		w.Header().Set(makecom.HeaderRateLimit, strconv.Itoa(callsPerMinute))
		w.Header().Set(makecom.HeaderRateLimitRemaining, "0")
		w.Header().Set(makecom.HeaderRateLimitReset, strconv.FormatInt(until.Unix(), 10))
	} else {
		w.Header().Set("Retry-After", strconv.Itoa(int(time.Until(until).Seconds())+1))
	}
	w.Header().Set("Content-Type", media)
	w.WriteHeader(http.StatusTooManyRequests)
	_, _ = w.Write([]byte(text))
}

// mostLag is how long a change may take to show on a late vendor.
const mostLag = time.Second

// late answers reads from copies of the vendor that are up to mostLag behind, each read from another one, so that what was
// seen may be gone again. What changes something reaches the vendor at once.
type late struct {
	mock   *mockserver.Server
	chance *dice

	mu   sync.Mutex
	past map[*worlds.World][]copied // oldest first
	made int
}

// copied is a world as it was from a moment on.
type copied struct {
	since time.Time
	world *worlds.World
}

func newLate(mock *mockserver.Server, seed uint64) *late {
	return &late{mock: mock, chance: newDice(seed, 2), past: map[*worlds.World][]copied{}}
}

func (l *late) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if isCall(r) && r.Method == http.MethodGet {
		l.read(w, r)
		return
	}
	defer l.keep()
	l.mock.ServeHTTP(w, r)
}

// read puts a request to a copy. One that opens no world, or one whose calls are counted, is for the vendor itself.
func (l *late) read(w http.ResponseWriter, r *http.Request) {
	token := credential(r)
	now, grant, err := l.mock.Worlds().Open(token)
	if err != nil || now.Limit(mockmake.Vendor) > 0 {
		l.mock.ServeHTTP(w, r)
		return
	}
	then := l.at(now, time.Now().Add(-time.Duration(l.chance.upTo(int(mostLag)))))
	other := then.Name + "~" + token
	if err := l.mock.Worlds().Issue(then, other, grant); err != nil {
		panic(err) // a mistake in the test
	}
	// The addresses of sinks have the name of the world in them.
	asked := withCredential(r, token, other)
	asked.URL.RawQuery = strings.ReplaceAll(asked.URL.RawQuery, "%2F"+now.Name+"%2F", "%2F"+then.Name+"%2F")
	answer := httptest.NewRecorder()
	l.mock.ServeHTTP(answer, asked)
	maps.Copy(w.Header(), answer.Header())
	w.Header().Del("Content-Length")
	w.WriteHeader(answer.Code)
	_, _ = w.Write(bytes.ReplaceAll(answer.Body.Bytes(), []byte("/"+then.Name+"/"), []byte("/"+now.Name+"/")))
}

// at is the copy of a world that was the latest at a moment, the world itself when it still is as it was then.
func (l *late) at(w *worlds.World, moment time.Time) *worlds.World {
	l.mu.Lock()
	defer l.mu.Unlock()
	copies := l.past[w]
	if copies == nil {
		l.past[w] = []copied{l.copyOf(w, time.Time{})}
		return w
	}
	for i := len(copies) - 1; i >= 0; i-- {
		if c := copies[i]; !c.since.After(moment) {
			if i == len(copies)-1 {
				return w
			}
			return c.world
		}
	}
	return copies[0].world
}

// keep copies the worlds that reads have asked for, after a change, and drops copies that are too old to be read.
func (l *late) keep() {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	for w, copies := range l.past {
		copies = append(copies, l.copyOf(w, now))
		for len(copies) > 1 && now.Sub(copies[1].since) > mostLag {
			_ = l.mock.Worlds().Delete(copies[0].world.Name)
			copies = copies[1:]
		}
		l.past[w] = copies
	}
}

func (l *late) copyOf(w *worlds.World, since time.Time) copied {
	l.made++
	c, err := l.mock.Worlds().Fork(w, "past-"+strconv.Itoa(l.made))
	if err != nil {
		panic(err) // a mistake in the test
	}
	return copied{since, c}
}

// credential is the token of a read, "" for none.
func credential(r *http.Request) string {
	if _, token, ok := strings.Cut(r.Header.Get("Authorization"), "Token "); ok {
		return token
	}
	return r.URL.Query().Get("token")
}

func withCredential(r *http.Request, token, other string) *http.Request {
	changed := r.Clone(r.Context())
	if r.Header.Get("Authorization") != "" {
		changed.Header.Set("Authorization", "Token "+other)
		return changed
	}
	query := changed.URL.Query()
	query.Set("token", other)
	changed.URL.RawQuery = strings.ReplaceAll(r.URL.RawQuery, "token="+token, "token="+other)
	return changed
}

// apart takes a moment for every request, as a network does.
func apart(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		<-time.After(5 * time.Millisecond)
		h.ServeHTTP(w, r)
	})
}
