package worldfile

import (
	"github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/crmcom"
	"github.com/understudy-mock/understudy/mockserver/makecom"
	"github.com/understudy-mock/understudy/mockserver/mutant/catalog"
)

func (c *checker) mutant(m control.Mutant) {
	if m.ID == "" {
		return
	}
	if _, err := catalog.New(makecom.API(), crmcom.API()).ForWorld(m.ID); err != nil {
		c.say(err.Error(), "mutant", "id")
	}
}
