package world

import (
	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/sink"
)

// exportCrmcom is what the world holds for CRM.COM, and its sinks. The caller holds the lock.
func (w *World) exportCrmcom() (Crmcom, []sink.Sink) {
	log := w.now.crmcom
	c := Crmcom{
		Logins:      w.now.logins,
		Definitions: log.Definitions(),
		Rules:       log.Rules(),
		Requests:    values(log.Requests()),
		Entities:    log.Entities(),
		NextNumber:  log.NextNumber(),
	}
	return c, w.now.sinks.Sinks()
}

func values(requests []*requestlog.Request) []requestlog.Request {
	list := make([]requestlog.Request, len(requests))
	for i, r := range requests {
		list[i] = *r
	}
	return list
}
