package control

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	controlapi "github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/internal/near"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/refusal"
	"github.com/understudy-mock/understudy/mockserver/sink"
	"github.com/understudy-mock/understudy/mockserver/world"
	"github.com/understudy-mock/understudy/mockserver/worldfile"
)

// GetSink shows a sink that was programmed or delivered to, or to which an API is to deliver: a name that nobody wrote anywhere else is
// misspelt, and would otherwise show that nothing was sent.
func (s *server) GetSink(_ context.Context, req controlapi.GetSinkRequestObject) (controlapi.GetSinkResponseObject, error) {
	w, err := s.look(req.World)
	if err != nil {
		return nil, err
	}
	shown, err := shownSink(w, req.Name)
	if errors.Is(err, sink.ErrNoSink) {
		err = s.awaits(w, req.Name)
	}
	return controlapi.GetSink200JSONResponse(shown), err
}

// awaits refuses the name of a sink to which no API is to deliver.
func (s *server) awaits(w *world.World, name string) error {
	for _, played := range s.played {
		if played.DeliversTo == nil {
			continue
		}
		if delivers, err := played.DeliversTo(w, name); err != nil || delivers {
			return err
		}
	}
	var names []string
	err := w.Sinks(func(sinks *sink.State) error {
		for _, known := range sinks.Sinks() {
			names = append(names, known.Name)
		}
		return nil
	})
	remedy := fmt.Sprintf("program it by PUT …/sinks/%s first, or have a webhook lead to sink:%s", name, name)
	if nearest := near.Names(name, names); len(nearest) > 0 {
		remedy = near.Remedy(name, nearest) + ", or " + remedy
	}
	return errors.Join(err, refusal.New(refusal.Missing, sink.ErrNoSink.Code, fmt.Sprintf("there is no sink %q", name), remedy).At("name"))
}

// ListSinks shows every sink that was programmed or delivered to.
func (s *server) ListSinks(_ context.Context, req controlapi.ListSinksRequestObject) (controlapi.ListSinksResponseObject, error) {
	w, err := s.look(req.World)
	if err != nil {
		return nil, err
	}
	list := controlapi.ListSinks200JSONResponse{Sinks: []controlapi.NamedSink{}}
	var all []sink.Sink
	err = w.Sinks(func(sinks *sink.State) error {
		all = sinks.Sinks()
		return nil
	})
	for _, one := range all {
		if err != nil {
			return nil, err
		}
		named := controlapi.NamedSink{Name: one.Name, Sink: worldfile.FileSink(one)}
		named.Codes, err = s.codes(w, one)
		list.Sinks = append(list.Sinks, named)
	}
	return list, err
}

// codes are what the APIs say of the authentication codes: of several, the first that finds one.
func (s *server) codes(w *world.World, of sink.Sink) ([]controlapi.SinkCode, error) {
	codes := make([]controlapi.SinkCode, len(of.Deliveries))
	for i := range codes {
		codes[i] = controlapi.CodeNone
	}
	for _, played := range s.played {
		if played.Codes == nil {
			continue
		}
		judged, err := played.Codes(w, of.Name, of.Deliveries)
		if err != nil {
			return nil, err
		}
		for i, code := range judged {
			if codes[i] == controlapi.CodeNone {
				codes[i] = controlapi.SinkCode(code)
			}
		}
	}
	return codes, nil
}

// PutSink programs the answers of a sink.
func (s *server) PutSink(_ context.Context, req controlapi.PutSinkRequestObject) (controlapi.PutSinkResponseObject, error) {
	w, err := s.find(req.World)
	if err != nil {
		return nil, err
	}
	answers, err := worldfile.SinkAnswers(req.Body.Answers)
	if err != nil {
		return nil, refusal.BadValue("answers", err.Error())
	}
	if _, err := w.Do(world.ProgramSink{Name: req.Name, Answers: answers}); err != nil {
		return nil, err
	}
	shown, err := shownSink(w, req.Name)
	return controlapi.PutSink200JSONResponse(shown), err
}

func shownSink(w *world.World, name string) (controlapi.Sink, error) {
	var found sink.Sink
	err := w.Sinks(func(sinks *sink.State) (err error) {
		found, err = sinks.Sink(name)
		return err
	})
	return worldfile.FileSink(found), err
}

// deliverSink is a sink's own address. What the mock itself delivers does not come this way.
func (s *server) deliverSink(answer http.ResponseWriter, r *http.Request) {
	w, err := s.find(r.PathValue("world"))
	if err != nil {
		refuse(answer, r, err)
		return
	}
	d, err := sink.Read(r, w.Clock().Now())
	if err != nil {
		refuse(answer, r, exchange.ErrBodyCut)
		return
	}
	programmed, err := w.Receive(r.PathValue("name"), d)
	if err != nil {
		refuse(answer, r, err)
		return
	}
	if w.Clock().Wait(r.Context(), programmed.Delay) == nil {
		programmed.Write(answer)
	}
}
