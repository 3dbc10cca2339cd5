package control

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/openapi"
	"github.com/understudy-mock/understudy/openapi/contract"
	controldoc "github.com/understudy-mock/understudy/openapi/control"
)

// resource is a path of the control API and what can be done there.
type resource struct {
	Path       string            `json:"path"`
	Operations map[string]string `json:"operations"` // summary by method
}

// resources reads the paths of the document, when somebody asks for the first time.
var resources = sync.OnceValues( //nolint:gochecknoglobals // a constant, made at first use
	func() ([]resource, error) {
		var paths struct {
			Paths yaml.Node `yaml:"paths"`
		}
		if err := yaml.Unmarshal(controldoc.Document, &paths); err != nil {
			return nil, err
		}
		var list []resource
		for i := 0; i+1 < len(paths.Paths.Content); i += 2 {
			found, err := resourceOf(paths.Paths.Content[i].Value, paths.Paths.Content[i+1])
			if err != nil {
				return nil, err
			}
			list = append(list, found)
		}
		return list, nil
	})

// resourcesOf are the paths that some APIs have in the control API. What the document says of an operation is said here, too.
func resourcesOf(apis []*mockapi.API, documented []resource) []resource {
	var list []resource
	for _, each := range apis {
		summaries := map[string]string{} // by operation: one that has several paths is documented at one of them
		for _, o := range each.Operations() {
			path := pathOf(each, o)
			i := slices.IndexFunc(list, func(r resource) bool { return r.Path == path })
			if i < 0 {
				i, list = len(list), append(list, resource{path, map[string]string{}})
			}
			summaries[o.ID] = cmp.Or(o.Summary, summaryIn(documented, path, o.Method), summaries[o.ID], o.ID)
			list[i].Operations[o.Method] = summaries[o.ID]
		}
	}
	return list
}

func summaryIn(documented []resource, path, method string) string {
	for _, r := range documented {
		if r.Path == path {
			return r.Operations[method]
		}
	}
	return ""
}

// ofNoAPI leaves out what is an API's own.
func ofNoAPI(documented []resource) []resource {
	return slices.DeleteFunc(slices.Clone(documented), func(r resource) bool {
		return slices.ContainsFunc(openapi.APIs(), func(a *contract.API) bool {
			return strings.HasPrefix(r.Path, "/worlds/{world}/"+a.Name+"/")
		})
	})
}

func resourceOf(path string, item *yaml.Node) (resource, error) {
	r := resource{Path: path, Operations: map[string]string{}}
	for i := 0; i+1 < len(item.Content); i += 2 {
		var operation struct {
			ID      string `yaml:"operationId"`
			Summary string `yaml:"summary"`
		}
		if item.Content[i+1].Kind != yaml.MappingNode {
			continue // parameters and servers of the path
		}
		if err := item.Content[i+1].Decode(&operation); err != nil {
			return r, err
		}
		if operation.ID != "" {
			r.Operations[strings.ToUpper(item.Content[i].Value)] = operation.Summary
		}
	}
	return r, nil
}

// listResources answers at the root of the control API with what is below it: the kernel's, and that of the APIs that are played.
func (s *server) listResources(w http.ResponseWriter, r *http.Request) {
	documented, err := resources()
	if err != nil {
		refuse(w, r, err)
		return
	}
	list := append(ofNoAPI(documented), resourcesOf(s.played, documented)...)
	w.Header().Set("Content-Type", "application/json")
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	_ = encoder.Encode(map[string]any{"document": Prefix + "/openapi/control.yaml", "resources": list}) // an error means that the client has left
}
