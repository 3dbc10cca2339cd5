package cluster_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"

	"github.com/understudy-mock/understudy/mockserver/cluster"
)

// A stream that somebody made or changed, so that it would lose something or take nothing, is refused with what is wrong.
func TestStreamsThatDoNotSuit(t *testing.T) {
	s := startServer(t, jetStream(t))
	conn, err := nats.Connect(s)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for changed, want := range map[string]string{
		`"metadata":{}`:                                  "was not made by understudy",
		`"metadata":{"understudy-format":"2"}`:           `has the format "2"`,
		`"storage":"memory"`:                             "storage is memory, not file",
		`"retention":"interest"`:                         "retention is interest, not limits",
		`"discard":"old","max_bytes":1000000`:            "discard is old, not new",
		`"max_age":60000000000`:                          "max_age is 1m0s, not 0s",
		`"max_msgs_per_subject":5`:                       "max_msgs_per_subject is 5, not -1",
		`"allow_direct":false`:                           "allow_direct is false, not true",
		`"deny_purge":true`:                              "deny_purge is true, not false",
		`"subjects":["understudy.log"]`:                  "subjects are [understudy.log]",
		`"max_bytes":1000000,"subjects":["elsewhere.>"]`: "subjects are [elsewhere.>]",
	} {
		c := map[string]any{
			"name": "UNDERSTUDY", "subjects": []string{"understudy.log", "understudy.owner", "understudy.text.*"}, "retention": "limits", "storage": "file",
			"discard": "new", "allow_direct": true, "max_msgs_per_subject": -1, "metadata": map[string]string{"understudy-format": "1"},
		}
		if err := json.Unmarshal([]byte("{"+changed+"}"), &c); err != nil {
			t.Fatal(err)
		}
		askStream(t, conn, "CREATE", c, nil)
		_, err := cluster.Join(t.Context(), cluster.Impatient(cluster.Options{URL: s}))
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "UNDERSTUDY") {
			t.Errorf("%s: %v, want %q", changed, err, want)
		}
		ask(t, conn, "$JS.API.STREAM.DELETE.UNDERSTUDY", nil, nil)
	}
}
