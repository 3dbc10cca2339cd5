package control_test

import (
	"net/http"
	"strings"
	"testing"
)

// What can be no name of a world or sink is refused as such, and not as a path at which there is nothing.
func TestNamesThatAreNone(t *testing.T) {
	m := start(t)
	for _, name := range []string{"a%2Fb", "a%2fb", "%2F", "a%20b", "%2E%2E", "..", ".", "", "Gr%C3%B6%C3%9Fe", "a%3Fb", "a%00", "%FF", strings.Repeat("x", 65)} {
		m.control(http.MethodGet, "/worlds/"+name+"/clock", nil).refused(http.StatusBadRequest, "bad-name", "world")
		m.control(http.MethodPost, "/worlds/"+name+"/tokens", object{}).refused(http.StatusBadRequest, "bad-name", "world")
		m.control(http.MethodPut, "/worlds/demo/sinks/"+name, object{"answers": []object{}}).refused(http.StatusBadRequest, "bad-name", "name")
		m.control(http.MethodGet, "/worlds/demo/sinks/"+name, nil).refused(http.StatusBadRequest, "bad-name", "name")
		if name != "" {
			m.control(http.MethodDelete, "/worlds/"+name, nil).refused(http.StatusBadRequest, "bad-name", "world")
		}
	}
	m.control(http.MethodPost, "/worlds/demo/fork", object{"as": "a/b"}).refused(http.StatusBadRequest, "bad-name", "as")
	m.control(http.MethodGet, "/worlds/demo/journal%2Fverify", nil).refused(http.StatusNotFound, "unknown-path", "")
}
