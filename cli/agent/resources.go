package agent

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/understudy-mock/understudy/internal/near"
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
	answersURI   = "understudy://answers/"
)

// mostResource is how much of a resource is read at once, in bytes. A message is then about as long as that of a tool, which says
// everything twice.
const mostResource = 2 * mostShown

var errNoResource = errors.New("there is no such resource")

// addResources offers the contracts, the documents, the pages, the worlds and the reports.
func (s *server) addResources(to *mcp.Server) {
	for _, api := range s.APIs {
		c := api.Contract
		s.add(to, contractsURI+c.Name, c.Title+": every sentence and open question", "application/json", func(context.Context, string) ([]byte, error) {
			var b bytes.Buffer
			err := openapi.WriteJSON(&b, c)
			return b.Bytes(), err
		})
		s.add(to, documentsURI+c.Name, c.Title+": the OpenAPI document", "application/yaml", constant(c.Document))
	}
	s.add(to, documentsURI+"control", "The control API: the OpenAPI document", "application/yaml", constant(control.Document))
	s.addPages(to)
	s.template(to, worldsURI+"{world}", "A world file: one isolated vendor", "application/json", s.worldResource)
	s.template(to, reportsURI+"{run}", "The report of a run of verify", "application/json", s.reportResource)
	to.AddResourceTemplate(&mcp.ResourceTemplate{
		URITemplate: answersURI + "{name}{?offset}", Name: "answers/{name}{?offset}", Title: "The rest of what was too long to be read at once", MIMEType: partType,
	}, s.readOn)
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
		s.add(to, pagesURI+name, "The page "+name+" of the documentation", "text/markdown", func(context.Context, string) ([]byte, error) {
			return fs.ReadFile(s.Pages, name)
		})
	}
	s.template(to, pagesURI+"{page}", "A page of the documentation, .md or not", "text/markdown", s.pageResource)
}

func (s *server) pageResource(_ context.Context, uri string) ([]byte, error) {
	page, err := fs.ReadFile(s.Pages, strings.TrimPrefix(uri, pagesURI)+".md")
	if err != nil {
		return nil, errors.Join(errNoResource, s.noPage(strings.TrimPrefix(uri, pagesURI)))
	}
	return page, nil
}

func (s *server) noPage(name string) error {
	pages, err := fs.Glob(s.Pages, "*.md")
	remedy := cmp.Or(near.Remedy(strings.TrimSuffix(name, ".md")+".md", pages), "resources/list has all")
	return errors.Join(err, fmt.Errorf("page: there is no %q; %s", beginning(name, mostCall), remedy))
}

func (s *server) add(to *mcp.Server, uri, title, mediaType string, read reader) {
	name := uri[len("understudy://"):]
	to.AddResource(&mcp.Resource{URI: uri, Name: name, Title: title, MIMEType: mediaType}, s.handler(read, mediaType))
}

func (s *server) template(to *mcp.Server, uri, title, mediaType string, read reader) {
	to.AddResourceTemplate(
		&mcp.ResourceTemplate{URITemplate: uri, Name: uri[len("understudy://"):], Title: title, MIMEType: mediaType},
		s.handler(read, mediaType),
	)
}

func (s *server) handler(read reader, mediaType string) mcp.ResourceHandler {
	return func(ctx context.Context, r *mcp.ReadResourceRequest) (*mcp.ReadResourceResult, error) {
		data, err := read(ctx, r.Params.URI)
		if errors.Is(err, errNoResource) {
			return nil, noResource(r.Params.URI, err)
		}
		if err != nil {
			return nil, &jsonrpc.Error{Code: jsonrpc.CodeInternalError, Message: err.Error()}
		}
		if len(data) <= mostResource {
			return contents(&mcp.ResourceContents{URI: r.Params.URI, MIMEType: mediaType, Text: string(data)}), nil
		}
		return part(r.Params.URI, s.answers.keep(data), data, 0), nil
	}
}

// noResource is the library's refusal of an address at which there is nothing, with what would help.
func noResource(uri string, err error) error {
	refused := new(jsonrpc.Error)
	if !errors.As(mcp.ResourceNotFoundError(uri), &refused) {
		return err
	}
	remedy := strings.TrimPrefix(strings.TrimPrefix(err.Error(), errNoResource.Error()), "\n")
	refused.Message += ": " + cmp.Or(remedy, "resources/list and resources/templates/list have all")
	return refused
}

// tellResources says what would help of an address that is nobody's, too, which the library refuses by itself.
func tellResources(next mcp.MethodHandler) mcp.MethodHandler {
	return func(ctx context.Context, method string, r mcp.Request) (mcp.Result, error) {
		result, err := next(ctx, method, r)
		asked, reads := r.GetParams().(*mcp.ReadResourceParams)
		if !reads || err == nil || err.Error() != mcp.ResourceNotFoundError(asked.URI).Error() {
			return result, err
		}
		return nil, noResource(asked.URI, errNoResource)
	}
}

func contents(of ...*mcp.ResourceContents) *mcp.ReadResourceResult {
	return &mcp.ReadResourceResult{Contents: of}
}

// partType is the type of a part, whatever the whole is.
const partType = "text/plain"

// part is what stands in a kept text from offset on, and, where that is not the end, a second content that says how to read on. The text
// was kept, so that all parts are of the same moment.
func part(uri, name string, text []byte, offset int) *mcp.ReadResourceResult {
	piece := cut(text, offset, mostResource)
	out := contents(&mcp.ResourceContents{URI: uri, MIMEType: partType, Text: string(piece)})
	if next := offset + len(piece); next < len(text) {
		at := fmt.Sprintf("%s%s?offset=%d", answersURI, name, next)
		out.Contents = append(out.Contents, &mcp.ResourceContents{
			URI: at, MIMEType: partType, Text: fmt.Sprintf("These are the bytes %d to %d of %d. Read %s for those that follow.", offset, next, len(text), at),
		})
	}
	return out
}

// readOn reads a later part.
func (s *server) readOn(_ context.Context, r *mcp.ReadResourceRequest) (*mcp.ReadResourceResult, error) {
	name, query, _ := strings.Cut(strings.TrimPrefix(r.Params.URI, answersURI), "?")
	offset, err := strconv.Atoi(cmp.Or(strings.TrimPrefix(query, "offset="), "0"))
	if err != nil {
		return nil, &jsonrpc.Error{Code: jsonrpc.CodeInvalidParams, Message: fmt.Sprintf("offset: %q is no whole number", beginning(query, mostCall))}
	}
	text, err := s.answers.from(name, offset)
	if err != nil {
		return nil, &jsonrpc.Error{Code: jsonrpc.CodeInvalidParams, Message: err.Error()}
	}
	return part(r.Params.URI, name, text, offset), nil
}

func (s *server) worldResource(ctx context.Context, uri string) ([]byte, error) {
	name, err := url.PathUnescape(strings.TrimPrefix(uri, worldsURI))
	if err != nil {
		return nil, errNoResource
	}
	a, err := s.control(ctx, request{method: http.MethodGet, path: "/worlds/" + url.PathEscape(name), there: true})
	switch {
	case err != nil:
		return nil, err
	case a.Status == http.StatusPreconditionFailed:
		return nil, errors.Join(errNoResource, s.isThere(ctx, "world", name, "open it with open_world"))
	case !a.ok():
		return nil, a.refusal()
	}
	return a.Body, nil
}
