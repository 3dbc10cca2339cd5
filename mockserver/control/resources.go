package control

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	document "github.com/understudy-mock/understudy/openapi/control"
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
		if err := yaml.Unmarshal(document.Document, &paths); err != nil {
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

// listResources answers at the root of the control API with what is below it.
func listResources(w http.ResponseWriter, r *http.Request) {
	list, err := resources()
	if err != nil {
		refuse(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	_ = encoder.Encode(map[string]any{"document": Prefix + "/openapi/control.yaml", "resources": list}) // an error means that the client has left
}
