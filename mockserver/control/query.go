package control

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/understudy-mock/understudy/internal/near"
	"github.com/understudy-mock/understudy/mockserver/refusal"
	controldoc "github.com/understudy-mock/understudy/openapi/control"
)

// parameters are the query parameters that the document names, by method and path below the base. Reading the document takes
// longer than starting the server, and most calls have no query.
func parameters() (map[string][]string, error) { return documented() }

var documented = sync.OnceValues(func() (map[string][]string, error) { //nolint:gochecknoglobals // the document is one for all
	var d struct {
		Paths map[string]map[string]yaml.Node
	}
	if err := yaml.Unmarshal(controldoc.Document, &d); err != nil {
		return nil, err
	}
	named := map[string][]string{}
	for path, item := range d.Paths {
		for method, node := range item {
			var operation struct {
				Parameters []struct{ Name, In string }
			}
			if node.Decode(&operation) != nil {
				continue // what a path has beside its operations
			}
			for _, p := range operation.Parameters {
				if p.In == "query" {
					named[strings.ToUpper(method)+" "+path] = append(named[strings.ToUpper(method)+" "+path], p.Name)
				}
			}
		}
	}
	return named, nil
})

// strictQuery refuses parameters that the document does not name. One that is misspelt would pass in silence.
func strictQuery(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.RawQuery != "" && operationOf(r) != opProviderStates {
			if err := checkQuery(r); err != nil {
				refuse(w, r, err)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

func checkQuery(r *http.Request) error {
	named, err := parameters()
	if err != nil {
		return err
	}
	known := named[operationOf(r)]
	for _, name := range slices.Sorted(maps.Keys(r.URL.Query())) {
		if slices.Contains(known, name) {
			continue
		}
		remedy := near.Remedy(name, known)
		if len(known) == 0 {
			remedy = "leave it out; this operation has none"
		}
		return refusal.New(refusal.Invalid, refusal.CodeBadParameter, fmt.Sprintf("there is no parameter %q", name), remedy).At(name)
	}
	return nil
}
