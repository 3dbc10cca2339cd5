// Package page shows the mock to a person: a start page that says where everything is, a page on which a world is watched
// and told what to do, and the OpenAPI documents with this server's own address in them.
//
// The pages hold no data of a world. They are filled in by a script that speaks to the control API and has no other door.
package page

import (
	"bytes"
	"cmp"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strings"
	"sync"

	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/control"
)

// Prefix is where everything lies that New serves, the start page at / aside.
const Prefix = "/_understudy"

// API is an API as the start page shows it.
type API struct {
	Contract *contract.API
	Try      []string // commands to try; {base} stands for scheme, host and base path. Without any, the document gives the first one
}

// Options say what there is to show.
type Options struct {
	APIs    []API
	BaseURL string // scheme and host by which clients reach the vendors' APIs; "" for those of the request

	ControlToken   bool   // the control API wants a token
	DeclaredTokens bool   // no call makes a world
	Promise        string // what became of a change whose answer leaves, behind "a change is"; "" where worlds are in memory alone

	Worlds func(*http.Request) []World // that are open; nil for a client that may not know of them
}

// World is a world as the start page tells programs of it.
type World struct {
	Name      string `json:"name"`
	Exchanges int    `json:"exchanges"` // that its journal keeps
	Page      string `json:"page"`
}

//go:embed static
var static embed.FS

//go:embed templates/*.gohtml
var texts embed.FS

// parsed is made when a page is first asked for: a mock that nobody looks at has no templates.
var parsed = sync.OnceValue(func() *template.Template { return template.Must(template.ParseFS(texts, "templates/*.gohtml")) }) //nolint:gochecknoglobals // a constant

// policy lets a page load its own files and call its own server, nothing else.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// New serves the pages and documents.
func New(o Options) http.Handler {
	p, mux := pages{o, sync.OnceValue(func() [][]string { return tries(o.APIs) })}, http.NewServeMux()
	mux.HandleFunc("GET /{$}", p.start)
	mux.HandleFunc("GET "+Prefix+"/{$}", p.start)
	mux.HandleFunc("GET "+Prefix, p.start)
	mux.HandleFunc("GET "+Prefix+"/page", p.world)
	mux.HandleFunc("GET "+Prefix+"/page/{$}", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "../page?"+r.URL.RawQuery, http.StatusPermanentRedirect)
	})
	mux.HandleFunc("GET "+Prefix+"/page/{file}", p.file)
	mux.HandleFunc("GET "+Prefix+"/openapi/{file}", p.document)
	mux.HandleFunc("GET "+Prefix+"/openapi/{$}", func(w http.ResponseWriter, r *http.Request) { p.documents(w, r, http.StatusOK) })
	mux.HandleFunc("GET "+Prefix+"/openapi/", func(w http.ResponseWriter, r *http.Request) { p.documents(w, r, http.StatusNotFound) })
	return mux
}

type pages struct {
	Options

	tries func() [][]string // of each API
}

// index is what the start page tells, to a person and to a program.
type index struct {
	APIs    []shownAPI `json:"apis"`
	Control shownAPI   `json:"control"`
	Health  string     `json:"health"`
	Ready   string     `json:"ready"`
	Metrics string     `json:"metrics"`

	DeclaredTokens bool   `json:"-"`
	Promise        string `json:"promise,omitempty"` // a change is …

	Worlds []World `json:"worlds,omitempty"` // a page reads them itself
}

type shownAPI struct {
	Name         string   `json:"name"`
	Title        string   `json:"title"`
	URL          string   `json:"url"`
	Document     string   `json:"document"`
	DocumentJSON string   `json:"documentJSON"`
	Requirements int      `json:"requirements,omitempty"`
	Questions    int      `json:"questions,omitempty"`
	Try          []string `json:"try,omitempty"`
}

func (p pages) index(r *http.Request) index {
	own := ownURL(r) + Prefix
	shown := index{Control: p.documented(own, shownAPI{
		Name: "control", Title: "Control API", URL: own + "/v1", Try: []string{"curl -s " + p.credential() + own + "/v1/worlds"},
	}), Health: own + "/healthz", Ready: own + "/readyz", Metrics: own + "/metrics", DeclaredTokens: p.DeclaredTokens, Promise: p.Promise}
	for i, api := range p.APIs {
		address := p.baseURL(r) + api.Contract.BasePath
		var try []string
		for _, command := range p.tries()[i] {
			try = append(try, strings.ReplaceAll(command, "{base}", address))
		}
		shown.APIs = append(shown.APIs, p.documented(own, shownAPI{
			Name: api.Contract.Name, Title: api.Contract.Title, URL: address,
			Requirements: len(api.Contract.Requirements), Questions: len(api.Contract.Questions), Try: try,
		}))
	}
	return shown
}

// ControlCredential is the header of a call that needs the control token, as a word of a shell.
const ControlCredential = `"Authorization: Bearer $UNDERSTUDY_CONTROL_TOKEN"`

// credential is what a command for the control API gives it.
func (p pages) credential() string {
	if p.ControlToken {
		return "-H " + ControlCredential + " "
	}
	return ""
}

// documented adds where the document of an API is.
func (pages) documented(own string, api shownAPI) shownAPI {
	at := own + "/openapi/" + api.Name
	api.Document, api.DocumentJSON = at+".yaml", at+".json"
	return api
}

// baseURL is where the vendors' APIs are.
func (p pages) baseURL(r *http.Request) string { return cmp.Or(p.BaseURL, ownURL(r)) }

// ownURL is where the page is, the control API and the documents: they share a listener.
func ownURL(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// start answers a browser with a page, a program that asks for JSON with JSON, and anybody else with a few lines of text.
func (p pages) start(w http.ResponseWriter, r *http.Request) {
	w.Header().Add("Vary", "Accept")
	switch wanted(r) {
	case asHTML:
		render(w, "start.gohtml", p.index(r))
	case asJSON:
		w.Header().Set("Content-Type", "application/json")
		encoder := json.NewEncoder(w)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		_ = encoder.Encode(p.withWorlds(r)) // an error means that the client has left
	default:
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write(plain(p.withWorlds(r))) // likewise
	}
}

// withWorlds is the index with the worlds that the client may know of.
func (p pages) withWorlds(r *http.Request) index {
	shown := p.index(r)
	if p.Worlds == nil {
		return shown
	}
	shown.Worlds = p.Worlds(r)
	for i := range shown.Worlds {
		shown.Worlds[i].Page = ownURL(r) + Prefix + "/page?world=" + url.QueryEscape(shown.Worlds[i].Name)
	}
	return shown
}

// mostWorlds is how many lines of text name a world.
const mostWorlds = 20

func plain(shown index) []byte {
	var b bytes.Buffer
	b.WriteString("Understudy plays documented webhook APIs in your tests. Open this address in a browser to watch it.\n")
	for _, api := range append(shown.APIs, shown.Control) {
		b.WriteString("\n" + api.Title + "\n  address   " + api.URL + "\n  document  " + api.Document + "\n")
		for _, command := range api.Try {
			b.WriteString("  try       " + command + "\n")
		}
	}
	fmt.Fprintf(&b, "\nServer\n  health    %s\n  ready     %s\n  metrics   %s\n", shown.Health, shown.Ready, shown.Metrics)
	if shown.Promise != "" {
		b.WriteString("  a change  is " + shown.Promise + "\n")
	}
	if len(shown.Worlds) > 0 {
		b.WriteString("\nWorlds\n")
	}
	for _, w := range shown.Worlds[:min(len(shown.Worlds), mostWorlds)] {
		fmt.Fprintf(&b, "  %s, %d exchanges: %s\n", w.Name, w.Exchanges, w.Page)
	}
	if more := len(shown.Worlds) - mostWorlds; more > 0 {
		fmt.Fprintf(&b, "  and %d more: %s/worlds\n", more, shown.Control.URL)
	}
	return b.Bytes()
}

func (p pages) world(w http.ResponseWriter, r *http.Request) {
	var vendors string // where the page may not call them
	if at := p.baseURL(r); at != ownURL(r) {
		vendors = at
	}
	render(w, "world.gohtml", map[string]any{"Vendors": vendors, "DeclaredTokens": p.DeclaredTokens})
}

func render(w http.ResponseWriter, name string, data any) {
	var b bytes.Buffer
	if err := parsed().ExecuteTemplate(&b, name, data); err != nil {
		http.Error(w, "understudy: the page failed: "+err.Error(), http.StatusInternalServerError)
		return
	}
	secure(w.Header())
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(b.Bytes()) // an error means that the client has left
}

func secure(h http.Header) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-cache")
}

// file serves a script or a style.
func (p pages) file(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("file")
	text, err := fs.ReadFile(static, "static/"+name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	secure(w.Header())
	w.Header().Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
	_, _ = w.Write(text) // an error means that the client has left
}

// document serves an OpenAPI document that points at this server.
func (p pages) document(w http.ResponseWriter, r *http.Request) {
	name, form, _ := strings.Cut(r.PathValue("file"), ".")
	text, at := p.text(name)
	write := map[string]func(*document) ([]byte, error){"yaml": (*document).yaml, "json": (*document).json}[form]
	if text == nil || write == nil {
		p.documents(w, r, http.StatusNotFound)
		return
	}
	base := p.baseURL(r)
	if name == "control" {
		base = ownURL(r)
	}
	d, err := readDocument(text, base, at)
	if err == nil {
		text, err = write(d)
	}
	if err != nil {
		http.Error(w, "understudy: the document cannot be read: "+err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", map[string]string{"yaml": "application/yaml", "json": "application/json"}[form])
	w.Header().Set("Access-Control-Allow-Origin", "*") // viewers in other pages read it; it holds nothing of a world
	_, _ = w.Write(text)                               // an error means that the client has left
}

// documents lists what documents there are.
func (p pages) documents(w http.ResponseWriter, r *http.Request, status int) {
	shown := p.index(r)
	var list []string
	for _, api := range append(shown.APIs, shown.Control) {
		list = append(list, api.Document, api.DocumentJSON)
	}
	w.Header().Add("Vary", "Accept")
	if wanted(r) == asJSON {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(map[string]any{"documents": list}) // an error means that the client has left
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, "The OpenAPI documents are at\n  %s\n", strings.Join(list, "\n  ")) // likewise
}

func (p pages) text(name string) (text []byte, basePath string) {
	if name == "control" {
		return control.Document, Prefix + "/v1"
	}
	for _, api := range p.APIs {
		if api.Contract.Name == name {
			return api.Contract.Document, api.Contract.BasePath
		}
	}
	return nil, ""
}
