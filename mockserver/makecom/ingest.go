package makecom

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/gorilla/mux"

	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/inflow"
	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/mockserver/makecom/address"
	"github.com/understudy-mock/understudy/mockserver/makecom/payload"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/world"
	"github.com/understudy-mock/understudy/openapi/contract"
	makeapi "github.com/understudy-mock/understudy/openapi/makecom"
)

// stateWaiting is what the journal calls an item that nothing has happened to yet.
const stateWaiting = "waiting"

// RegisterIngest adds the route of the hooks' own addresses.
func RegisterIngest(router *mux.Router) {
	router.HandleFunc(makeapi.IngestPath+"/{udid}", ingest)
}

func ingest(w http.ResponseWriter, r *http.Request) {
	x := exchange.From(r.Context())
	udid, _ := address.Split(exchange.Variable(r, "udid"))
	to, err := hookAt(x.World, udid)
	if err != nil {
		RefuseDelivery(w, r, err)
		return
	}
	data, err := read(r, to)
	if err != nil {
		RefuseDelivery(w, r, err)
		return
	}
	item, err := Arrive(x.World, to.ID, data)
	if err != nil {
		RefuseDelivery(w, r, err)
		return
	}
	if to.KeepMethod || to.KeepHeaders {
		x.Cite(makeapi.IngestMeta)
	}
	x.Changed = journal.Transition{Thing: "item", ID: item.ID, To: stateWaiting}
	x.Cite(makeapi.IngestAccepted, makeapi.IngestParsing, makeapi.IngestIDsUnique, makeapi.IngestID)
	x.SetHeader(w.Header(), requestIDHeader, item.ID)
	writeText(w, http.StatusOK, makeapi.TextAccepted)
}

// read turns what was sent into what the queue keeps.
func read(r *http.Request, to queue.Status) ([]byte, error) {
	x := exchange.From(r.Context())
	how := parseOptions(to, x.World.Dialect())
	done, err := x.Gate.Turn(r.Context(), int64(len(x.Body)))
	if err != nil {
		return nil, exchange.ErrBodyCut // the client has left
	}
	defer done()
	return encoded(deliveryOf(r, x.Body, to), how)
}

// deliveryOf is what the hook was sent. The headers are gathered only for a hook that keeps them.
func deliveryOf(r *http.Request, body []byte, to queue.Status) payload.Delivery {
	d := payload.Delivery{
		Method: r.Method, ContentType: joined(r, "Content-Type"), ContentEncoding: joined(r, "Content-Encoding"),
		Query: r.URL.RawQuery, Body: body,
	}
	if !to.KeepHeaders {
		return d
	}
	d.Headers = []payload.Header{{Name: "host", Value: r.Host}}
	for name, values := range r.Header {
		for _, v := range values {
			d.Headers = append(d.Headers, payload.Header{Name: strings.ToLower(name), Value: v})
		}
	}
	return d
}

// joined is a header that may come in several lines.
func joined(r *http.Request, name string) string {
	if lines := r.Header[name]; len(lines) != 1 {
		return strings.Join(lines, ", ")
	}
	return r.Header[name][0]
}

func hookAt(w *world.World, udid string) (to queue.Status, err error) {
	err = view(w, 0, func(s *queue.State) error {
		to, err = s.HookAt(udid)
		return err
	})
	return to, err
}

func encoded(d payload.Delivery, how payload.Options) ([]byte, error) {
	if len(d.Body) > makeapi.MaxPayloadBytes {
		return nil, exchange.ErrBodyTooLarge
	}
	object, err := payload.Parse(d, how)
	if errors.Is(err, payload.ErrTooLarge) {
		return nil, exchange.ErrBodyTooLarge
	}
	if err != nil {
		return nil, err
	}
	return payload.Encode(object)
}

// Arrive puts data, as MessagePack, into the queue of a hook.
func Arrive(w *world.World, hookID int, data []byte) (*queue.Item, error) {
	return world.Do[*queue.Item](w, queue.Arrive{HookID: hookID, Data: data})
}

func parseOptions(to queue.Status, d contract.Dialect) payload.Options {
	return payload.Options{
		KeepMethod:      to.KeepMethod,
		KeepHeaders:     to.KeepHeaders,
		BrokenAsText:    d.Answer(makeapi.IngestBrokenJSON) == makeapi.AnswerAsText,
		RefuseNonObject: d.Answer(makeapi.IngestNonObject) == makeapi.AnswerError400,
		RefuseBOM:       d.Answer(makeapi.IngestJSONMark) == makeapi.AnswerError400,
		RefuseEncoded:   d.Answer(makeapi.IngestContentEncoding) == makeapi.AnswerError415,
		RefuseCharset:   d.Answer(makeapi.IngestCharset) == makeapi.AnswerError415,
		LastWins:        d.Answer(makeapi.IngestDuplicateMembers) == makeapi.AnswerLastWins,
		ReplaceInvalid:  d.Answer(makeapi.IngestInvalidText) == makeapi.AnswerReplaced,
		EscapesAsSent:   d.Answer(makeapi.IngestBrokenEscape) == makeapi.AnswerAsSent,
		Limit:           makeapi.MaxPayloadBytes,
	}
}

// RefuseDelivery writes the answer of a hook's own address to an error: plain text, unlike the API.
func RefuseDelivery(w http.ResponseWriter, r *http.Request, err error) {
	x := exchange.From(r.Context())
	var unreadable *payload.Error
	var injected *exchange.InjectedError
	switch {
	case errors.As(err, &injected):
		writeText(w, injected.Status, injectedText(injected.Status))
	case errors.As(err, &unreadable):
		writeText(w, unreadableStatus(unreadable), unreadable.Reason)
	case errors.Is(err, queue.ErrFull):
		x.Cite(makeapi.IngestFull, makeapi.StatsLimit)
		writeText(w, http.StatusBadRequest, makeapi.TextQueueFull)
	case errors.Is(err, queue.ErrDisabled):
		x.Cite(makeapi.StatsEnabled)
		writeText(w, disabledStatus(x), "The webhook is disabled.")
	case errors.Is(err, queue.ErrTooFast):
		x.Cite(makeapi.IngestRate)
		writeText(w, http.StatusTooManyRequests, makeapi.TextTooManyRequests)
	case errors.Is(err, exchange.ErrBodyTooLarge):
		x.Cite(makeapi.IngestTooLarge)
		writeText(w, http.StatusRequestEntityTooLarge, "The payload is larger than 5 MiB.")
	case errors.Is(err, world.ErrNoRoom):
		writeText(w, http.StatusRequestEntityTooLarge, err.Error()+"; "+world.ErrNoRoom.Remedy+".")
	case errors.Is(err, inflow.ErrBusy):
		writeText(w, http.StatusTooManyRequests, err.Error()+"; "+inflow.ErrBusy.Remedy+".")
	case errors.Is(err, exchange.ErrBodyCut):
		writeText(w, http.StatusBadRequest, "The body ended early.")
	case slices.ContainsFunc([]error{queue.ErrNoAddress, queue.ErrNoHook, world.ErrNoWorld, world.ErrEvicted, world.ErrName}, func(known error) bool { return errors.Is(err, known) }):
		x.Cite(makeapi.IngestUnknown)
		writeText(w, http.StatusGone, makeapi.TextWebhookNotFound)
	default:
		writeText(w, http.StatusInternalServerError, "The mock failed; its log says how.")
	}
}

func unreadableStatus(err *payload.Error) int {
	if err.Unsupported {
		return http.StatusUnsupportedMediaType
	}
	return http.StatusBadRequest
}

func injectedText(status int) string {
	if status == http.StatusTooManyRequests {
		return makeapi.TextTooManyRequests
	}
	return http.StatusText(status)
}

func disabledStatus(x *exchange.Exchange) int {
	if x.Dialect().Answer(makeapi.IngestDisabled) == makeapi.Answer400 {
		return http.StatusBadRequest
	}
	return http.StatusGone
}

func writeText(w http.ResponseWriter, status int, text string) {
	exchange.SetHeader(w, "Content-Type", makeapi.ContentTypeText)
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text)) // an error means that the client has left
}

// OpenAddress finds the world of a hook's own address.
func OpenAddress(worlds *world.Registry, r *http.Request, x *exchange.Exchange) (err error) {
	udid, name := address.Split(exchange.Variable(r, "udid"))
	if name == "" {
		name = DefaultWorld
	}
	if udid == "" {
		return queue.ErrNoAddress
	}
	if name != DefaultWorld && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
		x.World, err = worlds.Lookup(name) // any page can have a browser do this, and no credential asks for the world
		return err
	}
	x.World, err = worlds.Find(name)
	return err
}

// DefaultWorld is where an address that names no world leads.
const DefaultWorld = "demo"
