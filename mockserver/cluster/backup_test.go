package cluster_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
)

// backup is what `nats stream backup` writes.
type backup struct {
	about  map[string]any // configuration and state
	chunks [][]byte
}

// askStream calls JetStream about the stream, as the command nats does, and reads the answer into a value, nil for none.
func askStream(t *testing.T, conn *nats.Conn, call string, body, into any) {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	ask(t, conn, "$JS.API.STREAM."+call+".UNDERSTUDY", text, into)
}

func ask(t *testing.T, conn *nats.Conn, subject string, body []byte, into any) {
	t.Helper()
	answer, err := conn.Request(subject, body, 30*time.Second)
	if err != nil {
		t.Fatalf("%s: %v", subject, err)
	}
	if len(answer.Data) == 0 {
		return
	}
	var refused struct{ Error any }
	if err := json.Unmarshal(answer.Data, &refused); err != nil || refused.Error != nil {
		t.Fatalf("%s: %v %s", subject, err, answer.Data)
	}
	if into == nil {
		return
	}
	if err := json.Unmarshal(answer.Data, into); err != nil {
		t.Fatalf("%s: %v %s", subject, err, answer.Data)
	}
}

// logged reads a message of the log.
func logged(t *testing.T, conn *nats.Conn, which, into any) {
	t.Helper()
	var m struct{ Message struct{ Data []byte } }
	askStream(t, conn, "MSG.GET", which, &m)
	if err := json.Unmarshal(m.Message.Data, into); err != nil {
		t.Fatal(err)
	}
}

func takeBackup(t *testing.T, conn *nats.Conn) (b backup) {
	t.Helper()
	inbox := nats.NewInbox()
	chunks, err := conn.SubscribeSync(inbox)
	if err != nil {
		t.Fatal(err)
	}
	defer chunks.Unsubscribe() //nolint:errcheck // the connection ends with the test
	askStream(t, conn, "SNAPSHOT", map[string]any{"deliver_subject": inbox, "no_consumers": true, "chunk_size": 64 << 10}, &b.about)
	for {
		m, err := chunks.NextMsg(30 * time.Second)
		if err != nil {
			t.Fatal(err)
		}
		if len(m.Data) == 0 {
			return b
		}
		b.chunks = append(b.chunks, m.Data)
		if m.Reply != "" {
			err = m.Respond(nil)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func (b backup) restore(t *testing.T, conn *nats.Conn) {
	t.Helper()
	var to struct {
		Subject string `json:"deliver_subject"`
	}
	askStream(t, conn, "RESTORE", map[string]any{"config": b.about["config"], "state": b.about["state"]}, &to)
	for _, chunk := range append(b.chunks, nil) {
		ask(t, conn, to.Subject, chunk, nil)
	}
}

// A stream that was backed up while it was written to, lost and restored, has the worlds as they were then, and goes on.
func TestBackup(t *testing.T) {
	s := startServer(t, jetStream(t))
	conn, err := nats.Connect(s)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	first := join(t, s)
	address := first.address(t, "shared")
	for i := range 40 { // so many that the log is trimmed now and then
		if status := first.deliver(t, address, fmt.Sprintf("%d %05000d", i, i)); status != http.StatusOK {
			t.Fatal(i, status)
		}
	}
	kept := takeBackup(t, conn)
	if status := first.deliver(t, address, "later"); status != http.StatusOK {
		t.Fatal(status)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	askStream(t, conn, "DELETE", struct{}{}, nil)
	kept.restore(t, conn)
	second := join(t, s)
	second.wait(t)
	if got := second.items(t, "shared"); len(got) != 40 || got["later"] != 0 {
		t.Errorf("%d items after the stream was restored, want 40", len(got))
	}
	if status := second.deliver(t, address, "again"); status != http.StatusOK {
		t.Errorf("a delivery to the restored world: %d", status)
	}
	if got := second.items(t, "shared"); len(got) != 41 || got["again"] != 1 {
		t.Errorf("%d items afterwards, want 41", len(got))
	}
}
