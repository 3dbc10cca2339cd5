package mockserver

import (
	"math/rand/v2"
	"strings"

	"github.com/understudy-mock/understudy/mockserver/dialect"
	"github.com/understudy-mock/understudy/mockserver/exchange"
)

// rewrite writes an answer in another way that the documents allow, if the server was told to. The way follows from the
// seeds of the server and the world and from how many exchanges the world has had.
func (s *Server) rewrite(answer *recorder, x *exchange.Exchange) {
	if s.vary == nil || x.World == nil || !strings.HasPrefix(answer.header.Get("Content-Type"), "application/json") {
		return
	}
	random := rand.New(rand.NewPCG(uint64(*s.vary)^uint64(x.World.Seed()), x.World.Journal.Total()))
	varied := dialect.Vary(answer.body.Bytes(), random)
	answer.body.Reset()
	answer.body.Write(varied)
}
