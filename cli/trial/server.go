package trial

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"slices"
	"sync/atomic"
	"time"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/control"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// server is a mock on a free port of loopback.
type server struct {
	mock *mockserver.Server
	url  string
	web  *http.Server
	met  atomic.Int64 // requests to the vendor
}

func start(options []mockserver.Option) (*server, error) {
	s := &server{}
	mock, err := mockserver.New(append(options, mockserver.WithObserver(func(mockserver.Observation) { s.met.Add(1) }))...)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // a listener outlives the call that makes it
	if err != nil {
		return nil, err
	}
	s.mock, s.url = mock, "http://"+listener.Addr().String()
	s.web = &http.Server{Handler: mock, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = s.web.Serve(listener) }() // ends with stop
	return s, nil
}

// reached reports whether the command came to the vendor: by a request, or by having it do something by itself, such as deliver.
func (s *server) reached(api *contract.API) bool {
	return s.met.Load() > 0 || slices.ContainsFunc(api.Requirements, s.mock.Worlds().Reached)
}

func (s *server) stop() { _ = s.web.Close() } // nothing is left to be done about an error

func (t Trial) environment(s *server, number int) []string {
	addresses := Addresses{URL: s.url + t.API.Contract.BasePath, Token: fmt.Sprintf("trial-%d", number), Control: s.url + control.Prefix + "/v1"}
	return addresses.Environment(t.Environment...)
}

// Addresses are where a command finds its vendor.
type Addresses struct{ URL, Token, Control string }

// Environment is that of this process with the addresses, and with more behind it. A token of its own per run keeps runs apart;
// -count=1 keeps `go test` from answering with what it remembers of another vendor at the same address.
func (a Addresses) Environment(more ...string) []string {
	return append(append(os.Environ(), more...),
		"UNDERSTUDY_URL="+a.URL,
		"UNDERSTUDY_TOKEN="+a.Token,
		"UNDERSTUDY_STATE_URL="+a.Control+"/provider-states",
		"UNDERSTUDY_CONTROL_URL="+a.Control,
		control.JoinVariable+"="+a.Control,
		"GOFLAGS="+os.Getenv("GOFLAGS")+" -count=1",
	)
}
