package mockserver_test

import (
	"net/http"
	"testing"

	"github.com/understudy-mock/understudy/mockserver"
)

// A control API with a listener of its own is not served beside the vendors. The sinks are: webhooks are sent to them.
func TestSeparateControlLeavesTheSinks(t *testing.T) {
	c := newClient(t, mockserver.WithSeparateControl())
	wantStatus(t, c.do(http.MethodGet, "/_understudy/v1/worlds", ""), http.StatusNotFound)
	wantStatus(t, c.do(http.MethodGet, "/_understudy/v1/worlds/demo/sinks/shop", ""), http.StatusNotFound)
	wantStatus(t, c.do(http.MethodPost, "/_understudy/v1/worlds/demo/sinks/shop", "{}"), http.StatusOK)
}
