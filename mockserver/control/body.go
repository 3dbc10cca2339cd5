package control

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/gorilla/mux"

	"github.com/understudy-mock/understudy/internal/schemafile"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/inflow"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/mockserver/worldfile"
	controldoc "github.com/understudy-mock/understudy/openapi/control"
)

// bodyName is what errors call a request's body.
const bodyName = "body"

// schemaNames is the schema of each operation's body, world files and the APIs' own parts aside: method, a space and the path below
// the base.
func schemaNames() map[string]string {
	return map[string]string{
		"POST /worlds/{world}/fork":           "Fork",
		"POST /worlds/{world}/tokens":         "TokenRequest",
		"PUT /worlds/{world}/clock":           "Clock",
		"POST /worlds/{world}/clock/advance":  "Advance",
		"PUT /worlds/{world}/dialect":         "DialectChange",
		"PUT /worlds/{world}/faults":          "Faults",
		"PUT /worlds/{world}/mutants":         "Mutant",
		"POST /worlds/{world}/journal/verify": "Verify",
		"PUT /worlds/{world}/sinks/{name}":    "SinkProgram",
		opProviderStates:                      "ProviderState",
	}
}

// reader turns a body that it calls name in errors into JSON that follows the document.
type reader func(name string, text []byte) ([]byte, error)

// bodies checks what is sent against the document, before the generated code reads it.
type bodies struct {
	most    int64
	readers map[string]reader // by method and path
	files   func() (*worldfile.Format, error)
}

// newBodies leaves the schemas alone until a body needs them: to compile them takes longer than to start the server.
func newBodies(most int64, apis []*mockapi.API) *bodies {
	files := sync.OnceValues(func() (*worldfile.Format, error) { return worldfile.NewFormat(apis...) })
	readers := map[string]reader{"PUT /worlds/{world}": func(name string, text []byte) ([]byte, error) {
		format, err := files()
		if err != nil {
			return nil, err
		}
		return format.JSON(name, text)
	}}
	own := schemasOf(controldoc.Schemas)
	for operation, name := range schemaNames() {
		readers[operation] = own.reader(name)
	}
	for _, each := range apis {
		if each.Control == nil {
			continue
		}
		of, part := own, each.Control()
		if part.Schemas != nil {
			of = schemasOf(part.Schemas)
		}
		for _, o := range part.Operations {
			if o.Body != "" {
				readers[o.Method+" "+pathOf(each, o)] = of.reader(o.Body)
			}
		}
	}
	return &bodies{most: most, readers: readers, files: files}
}

// schemas are those of a document, compiled one by one when a body needs one.
type schemas struct {
	all       func() (*schemafile.Schemas, error)
	compiling sync.Mutex
}

func schemasOf(text []byte) *schemas {
	return &schemas{all: sync.OnceValues(func() (*schemafile.Schemas, error) { return schemafile.New(text) })}
}

func (s *schemas) reader(name string) reader {
	compile := sync.OnceValues(func() (*schemafile.Schema, error) {
		s.compiling.Lock()
		defer s.compiling.Unlock()
		all, err := s.all()
		if err != nil {
			return nil, err
		}
		return all.Definition(name)
	})
	return func(called string, text []byte) ([]byte, error) {
		schema, err := compile()
		if err != nil {
			return nil, err
		}
		checked, err := schema.Read(called, text)
		if err != nil {
			return nil, err
		}
		return checked.JSON, nil
	}
}

// check hands on the same body as plain JSON: YAML is taken too, where the body is neither declared as JSON nor looks like it.
func (b *bodies) check(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		read, wanted := b.readers[operationOf(r)]
		if !wanted {
			next.ServeHTTP(w, r)
			return
		}
		text, err := b.receive(w, r)
		defer exchange.From(r.Context()).Release()
		if err == nil && len(text) == 0 && operationOf(r) == opProviderStates && r.URL.RawQuery != "" {
			text, err = stateFromQuery(r.URL.Query())
		}
		if err == nil {
			text, err = b.understand(r, read, text)
		}
		if err != nil {
			refuse(w, r, err)
			return
		}
		exchange.From(r.Context()).Body = text // for the journal
		checked := r.Clone(r.Context())
		checked.Header.Set("Content-Type", "application/json")
		checked.Body = io.NopCloser(bytes.NewReader(text))
		next.ServeHTTP(w, checked)
	})
}

func (b *bodies) receive(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.ContentLength > b.most {
		return nil, bodyTooLarge(b.most)
	}
	text, err := exchange.From(r.Context()).Receive(http.MaxBytesReader(w, r.Body, b.most), r.ContentLength, b.most+1)
	if errors.Is(err, inflow.ErrBusy) {
		return nil, err
	}
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		return nil, bodyTooLarge(tooLarge.Limit)
	} else if err != nil {
		return nil, exchange.ErrBodyCut
	}
	return text, nil
}

// understand waits until the server can afford it.
func (b *bodies) understand(r *http.Request, read reader, text []byte) ([]byte, error) {
	done, err := exchange.From(r.Context()).Gate.Turn(r.Context(), int64(len(text)))
	if err != nil {
		return nil, exchange.ErrBodyCut // the client has left
	}
	defer done()
	if meansJSON(r.Header.Get("Content-Type"), text) {
		if err := schemafile.JSON(bodyName, text); err != nil {
			return nil, noJSON(err)
		}
	}
	return read(bodyName, text)
}

// meansJSON reports whether a body has to be JSON. A client that declares neither JSON nor YAML (curl -d says that it sends a form)
// means JSON by a body that begins as JSON does.
func meansJSON(contentType string, text []byte) bool {
	media, _, _ := strings.Cut(contentType, ";")
	switch media = strings.ToLower(strings.TrimSpace(media)); {
	case strings.HasSuffix(media, "/json"), strings.HasSuffix(media, "+json"):
		return true
	case strings.HasSuffix(media, "yaml"):
		return false
	}
	start := bytes.TrimSpace(text)
	return len(start) > 0 && (start[0] == '{' || start[0] == '[')
}

// operationOf is the method and path template of the route that a request took.
func operationOf(r *http.Request) string {
	template, err := mux.CurrentRoute(r).GetPathTemplate()
	if err != nil {
		return ""
	}
	return r.Method + " " + strings.TrimPrefix(template, basePath)
}
