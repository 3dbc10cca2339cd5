package falsealarm

import (
	"fmt"

	"github.com/understudy-mock/understudy/mockserver/dialect"
	"github.com/understudy-mock/understudy/openapi"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// Trial is one run of the whole suite on one honest server.
type Trial struct {
	API    string
	Server Server
	Kind   string // of dialect: "default", "hostile", "one other answer", "its own" of the alternative
	Seed   uint64
	// Dialect is what the mock answers to open questions where it is not the default.
	Dialect contract.Dialect
}

// Server is an honest server.
type Server string

// The honest servers.
const (
	Mock        Server = "mock"
	Alternative Server = "alternative"
)

// The kinds of dialect.
const (
	byDefault = "default"
	hostile   = "hostile"
	oneOther  = "one other answer"
	itsOwn    = "its own"
)

// Plan lists the trials: so many seeds of each API in the default dialect, in hostile dialects and on the alternative, and
// one of every answer to an open question that is not the default.
func Plan(seeds int) ([]Trial, error) {
	var all []Trial
	for _, a := range openapi.APIs() {
		for seed := range uint64(seeds) {
			all = append(all, Trial{API: a.Name, Server: Mock, Kind: byDefault, Seed: seed})
		}
		for seed := range uint64(seeds) {
			d, err := dialect.Load(dialect.HostileName, int64(seed)) //nolint:gosec // few seeds
			if err != nil {
				return nil, err
			}
			all = append(all, Trial{API: a.Name, Server: Mock, Kind: hostile, Seed: seed, Dialect: d})
		}
		all = append(all, others(a)...)
		for seed := range uint64(seeds) {
			all = append(all, Trial{API: a.Name, Server: Alternative, Kind: itsOwn, Seed: seed})
		}
	}
	return all, nil
}

// others are trials of one answer each that is not the default.
func others(a *contract.API) []Trial {
	var all []Trial
	for _, q := range a.Questions {
		for _, answer := range q.Answers[1:] {
			all = append(all, Trial{
				API: a.Name, Server: Mock, Kind: oneOther, Seed: uint64(len(all)), Dialect: contract.Dialect{q.ID: answer.Name},
			})
		}
	}
	return all
}

func (t Trial) String() string {
	kind := t.Kind
	for id, answer := range t.Dialect {
		if t.Kind == oneOther {
			kind = id + "=" + answer
		}
	}
	return fmt.Sprintf("%s on the %s, dialect %s, seed %d", t.API, t.Server, kind, t.Seed)
}
