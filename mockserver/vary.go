package mockserver

import (
	"math/rand/v2"
	"strings"

	"github.com/understudy-mock/understudy/mockserver/dialect"
	"github.com/understudy-mock/understudy/mockserver/exchange"
)

// rewrite writes an answer in another way that the documents allow, if the world was told to. The way follows from the
// seeds of the variations and the world and from how many exchanges the world has had.
func rewrite(answer *recorder, formed func(string) bool, x *exchange.Exchange) {
	if x.World == nil {
		return
	}
	seed := x.World.Variations()
	if seed == nil || !strings.HasPrefix(answer.header.Get("Content-Type"), "application/json") {
		return
	}
	random := rand.New(rand.NewPCG(uint64(*seed)^uint64(x.World.Seed()), x.World.Journal.Total()))
	varied := dialect.Vary(answer.body.Bytes(), formed, random)
	answer.body.Reset()
	answer.body.Write(varied)
}
