package agent

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/understudy-mock/understudy/openapi"
	"github.com/understudy-mock/understudy/openapi/control"
)

// Where resources are.
const (
	contractsURI = "understudy://contracts/"
	documentsURI = "understudy://openapi/"
	worldsURI    = "understudy://worlds/"
	pagesURI     = "understudy://docs/"
	reportsURI   = "understudy://reports/"
)

var errNoResource = errors.New("there is no such resource")

// addResources offers the contracts, the documents, the pages, the worlds and the reports.
func (s *server) addResources(to *mcp.Server) {
	for _, api := range s.APIs {
		c := api.Contract
		add(to, contractsURI+c.Name, c.Title+": every sentence and open question", "application/json", func(context.Context, string) ([]byte, error) {
			var b bytes.Buffer
			err := openapi.WriteJSON(&b, c)
			return b.Bytes(), err
		})
		add(to, documentsURI+c.Name, c.Title+": the OpenAPI document", "application/yaml", constant(c.Document))
	}
	add(to, documentsURI+"control", "The control API: the OpenAPI document", "application/yaml", constant(control.Document))
	s.addPages(to)
	template(to, worldsURI+"{world}", "A world file: one isolated vendor, whole", "application/json", s.worldResource)
	template(to, reportsURI+"{run}", "The report of a run of verify", "application/json", s.reportResource)
}

type reader func(ctx context.Context, uri string) ([]byte, error)

func constant(data []byte) reader {
	return func(context.Context, string) ([]byte, error) { return data, nil }
}

func (s *server) addPages(to *mcp.Server) {
	if s.Pages == nil {
		return
	}
	names, err := fs.Glob(s.Pages, "*.md")
	if err != nil {
		return // the pattern is right
	}
	for _, name := range names {
		add(to, pagesURI+name, "The page "+name+" of the documentation", "text/markdown", func(context.Context, string) ([]byte, error) {
			return fs.ReadFile(s.Pages, name)
		})
	}
	template(to, pagesURI+"{page}", "A page of the documentation, .md or not", "text/markdown", s.pageResource)
}

func (s *server) pageResource(_ context.Context, uri string) ([]byte, error) {
	page, err := fs.ReadFile(s.Pages, strings.TrimPrefix(uri, pagesURI)+".md")
	if err != nil {
		return nil, errNoResource
	}
	return page, nil
}

func add(to *mcp.Server, uri, title, mediaType string, read reader) {
	name := uri[len("understudy://"):]
	to.AddResource(&mcp.Resource{URI: uri, Name: name, Title: title, MIMEType: mediaType}, read.handler(mediaType))
}

func template(to *mcp.Server, uri, title, mediaType string, read reader) {
	to.AddResourceTemplate(
		&mcp.ResourceTemplate{URITemplate: uri, Name: uri[len("understudy://"):], Title: title, MIMEType: mediaType},
		read.handler(mediaType),
	)
}

func (read reader) handler(mediaType string) mcp.ResourceHandler {
	return func(ctx context.Context, r *mcp.ReadResourceRequest) (*mcp.ReadResourceResult, error) {
		data, err := read(ctx, r.Params.URI)
		if errors.Is(err, errNoResource) {
			return nil, mcp.ResourceNotFoundError(r.Params.URI)
		}
		if err != nil {
			return nil, &jsonrpc.Error{Code: jsonrpc.CodeInternalError, Message: err.Error()}
		}
		return &mcp.ReadResourceResult{Contents: []*mcp.ResourceContents{{URI: r.Params.URI, MIMEType: mediaType, Text: string(data)}}}, nil
	}
}

func (s *server) worldResource(ctx context.Context, uri string) ([]byte, error) {
	name, err := url.PathUnescape(strings.TrimPrefix(uri, worldsURI))
	if err != nil {
		return nil, errNoResource
	}
	var list struct {
		Worlds []struct {
			Name string `json:"name"`
		} `json:"worlds"`
	}
	if err := s.read(ctx, http.MethodGet, "/worlds", nil, nil, &list); err != nil {
		return nil, err
	}
	for _, w := range list.Worlds {
		if w.Name == name {
			return s.worldFile(ctx, name)
		}
	}
	return nil, errNoResource
}

func (s *server) worldFile(ctx context.Context, name string) ([]byte, error) {
	a, err := s.control(ctx, http.MethodGet, "/worlds/"+url.PathEscape(name), nil, nil)
	if err == nil && !a.ok() {
		err = a.refusal()
	}
	if err != nil {
		return nil, err
	}
	return a.Body, nil
}
