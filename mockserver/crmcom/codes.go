package crmcom

import (
	"slices"
	"strings"

	"github.com/understudy-mock/understudy/mockserver/crmcom/delivery"
	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/mockserver/sink"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// codes judges the authentication codes of what a sink received: right is one that follows from the key of a definition that leads
// to the sink, or of a logged request whose definition is not there, in the dialect that the world has now.
func codes(w *world.World, name string, received []sink.Delivery) ([]mockapi.Code, error) {
	keys, err := keysOf(w, name)
	if err != nil {
		return nil, err
	}
	judged := make([]mockapi.Code, len(received))
	for i, d := range received {
		data, code, found := delivery.Received(d.Header, d.Body)
		switch {
		case !found || d.Truncated:
			judged[i] = mockapi.CodeNone
		case delivery.IsRight(w.Dialect(), code, data, keys):
			judged[i] = mockapi.CodeRight
		default:
			judged[i] = mockapi.CodeWrong
		}
	}
	return judged, nil
}

// deliversTo reports whether a definition leads to a sink.
func deliversTo(w *world.World, name string) (leads bool, err error) {
	err = readLog(w, func(s *requestlog.State) error {
		leads = slices.ContainsFunc(s.Definitions(), func(d requestlog.Definition) bool { return leadsTo(d.URL, w, name) })
		return nil
	})
	return leads, err
}

func leadsTo(url string, w *world.World, name string) bool {
	return url == sink.Address(name) || strings.HasSuffix(url, sink.Path(w.Name, name))
}

// keysOf are the keys under which letters to a sink are signed.
func keysOf(w *world.World, name string) (keys []string, err error) {
	seen := map[string]bool{"": true}
	note := func(url, key string) {
		if !seen[key] && leadsTo(url, w, name) {
			seen[key] = true
			keys = append(keys, key)
		}
	}
	defined := map[string]bool{} // a request was signed by what its definition says, or should have been
	err = readLog(w, func(s *requestlog.State) error {
		for _, d := range s.Definitions() {
			note(d.URL, d.SecretKey)
			defined[d.ID] = true
		}
		for _, r := range s.Requests() {
			if !defined[r.Definition.ID] {
				note(r.URL, r.SecretKey)
			}
		}
		return nil
	})
	return keys, err
}
