package cluster

import (
	"crypto/tls"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"
)

// Who cannot connect is told what to do about it, and does not wait for what will not change.
func TestRemedies(t *testing.T) {
	for _, c := range []struct {
		err   error
		want  string
		waits bool
	}{
		{nats.ErrNoServers, "give the address of a NATS server", true},
		{nats.ErrAuthorization, "--cluster-creds FILE", false},
		{nats.ErrSecureConnWanted, "give nats:// instead of tls://", false},
		{fmt.Errorf("nats: tls error: %w", &tls.CertificateVerificationError{Err: errors.New("unknown authority")}), "SSL_CERT_FILE", false},
	} {
		if got := remedy(c.err); !strings.Contains(got, c.want) || mayCome(c.err) != c.waits {
			t.Errorf("%v: %q, waits %t; want %q, %t", c.err, got, mayCome(c.err), c.want, c.waits)
		}
	}
}
