package cluster

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"
)

// connect finds servers, and makes what the replicas share where it is missing.
func connect(ctx context.Context, o Options) (*stream, error) {
	s := new(stream)
	settings := []nats.Option{
		nats.DisconnectErrHandler(func(*nats.Conn, error) { s.link.cut() }),
		nats.Name("understudy"), nats.MaxReconnects(-1), nats.ReconnectWait(200 * time.Millisecond), nats.ReconnectBufSize(-1),
		nats.Timeout(attempt), nats.PingInterval(attempt), nats.MaxPingsOutstanding(2),
	}
	if o.Creds != "" {
		if err := CheckCreds(o.Creds); err != nil {
			return nil, err
		}
		settings = append(settings, nats.UserCredentials(o.Creds))
	}
	waiting, cancel := context.WithTimeout(ctx, o.connecting)
	defer cancel()
	conn, err := nats.Connect(o.URL, settings...)
	for err != nil && mayCome(err) && pause(waiting, 100*time.Millisecond) {
		conn, err = nats.Connect(o.URL, settings...)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w; %s", redacted(o.URL), err, remedy(err))
	}
	s.conn = conn
	if err := errors.Join(s.suits(), s.found(ctx, o.connecting)); err != nil {
		conn.Close()
		return nil, fmt.Errorf("%s: %w", redacted(o.URL), err)
	}
	return s, nil
}

// mayCome reports whether servers may answer another time. That they refuse the credentials does not change.
func mayCome(err error) bool {
	return !isRefused(err) && !isUntrusted(err) && !errors.Is(err, nats.ErrSecureConnWanted)
}

// isUntrusted reports whether a server's certificate is none that this machine trusts.
func isUntrusted(err error) bool {
	var wrong *tls.CertificateVerificationError
	return errors.As(err, &wrong)
}

// isRefused reports whether there are servers, which do not take the credentials.
func isRefused(err error) bool {
	return errors.Is(err, nats.ErrAuthorization) || errors.Is(err, nats.ErrAuthExpired) || errors.Is(err, nats.ErrAuthRevoked) || errors.Is(err, nats.ErrAccountAuthExpired)
}

func remedy(err error) string {
	switch {
	case isRefused(err):
		return "give credentials that they take, by nats://user:password@host or by --cluster-creds FILE"
	case isUntrusted(err):
		return "have this machine trust who signed the certificate of the NATS servers, such as by the variable SSL_CERT_FILE, and give the host that it names"
	case errors.Is(err, nats.ErrSecureConnWanted):
		return "the NATS servers speak no TLS; give nats:// instead of tls://, or let them"
	}
	return "give the address of a NATS server that runs with JetStream (nats-server -js)"
}

// CheckCreds refuses a file that holds no credentials for NATS servers.
func CheckCreds(file string) error {
	text, err := os.ReadFile(file)
	if err == nil {
		_, err = nkeys.ParseDecoratedJWT(text)
	}
	if err == nil {
		_, err = nkeys.ParseDecoratedUserNKey(text)
	}
	if err != nil {
		return fmt.Errorf("%w; give the file of credentials that the NATS account's owner made", err)
	}
	return nil
}

// redacted is an address without what stands before the host: it may be a secret.
func redacted(addresses string) string {
	var all []string
	for at := range strings.SplitSeq(addresses, ",") {
		scheme, rest, found := strings.Cut(at, "://")
		if _, host, secret := strings.Cut(rest, "@"); found && secret {
			at = scheme + "://…@" + host
		}
		all = append(all, at)
	}
	return strings.Join(all, ",")
}

// suits refuses a server that is too old, or takes too little at once.
func (s *stream) suits() error {
	var major, minor int
	if _, err := fmt.Sscanf(s.conn.ConnectedServerVersion(), "%d.%d", &major, &minor); err != nil || major < leastMajor || major == leastMajor && minor < leastMinor {
		return fmt.Errorf("the NATS server is version %s; take %s or later", s.conn.ConnectedServerVersion(), leastServer)
	}
	if s.conn.MaxPayload() < payload {
		return fmt.Errorf("the NATS server takes messages of %d bytes; let max_payload be %d or more", s.conn.MaxPayload(), payload)
	}
	return nil
}

// found makes the stream where there is none. Servers that were just started may need a while for it.
func (s *stream) found(ctx context.Context, within time.Duration) (err error) {
	began := time.Now()
	for {
		if err = s.tryFound(ctx); err == nil {
			return nil
		}
		var wrong *FormatError
		var changed *SettingsError
		switch {
		case errors.As(err, &wrong), errors.As(err, &changed):
			return err
		case errors.Is(err, nats.ErrNoResponders) && time.Since(began) > within/2:
			return fmt.Errorf("JetStream is off: %w; start the NATS servers with JetStream (nats-server -js), and let the account have it", err)
		case time.Since(began) > 3*within || !pause(ctx, 100*time.Millisecond):
			return fmt.Errorf("the stream %s cannot be had: %w; a cluster of NATS servers needs %d of them that run with JetStream", streamName, err, replicas)
		}
	}
}

// FormatError says that a stream was made by another version.
type FormatError struct{ Format string }

func (e *FormatError) Error() string {
	if e.Format == "" {
		return fmt.Sprintf("the stream %s was not made by understudy; remove it, or give credentials of another NATS account", streamName)
	}
	return fmt.Sprintf("the stream %s has the format %q, and this understudy knows %q; use the understudy that made it, or a newer one", streamName, e.Format, format)
}

// SettingsError says that somebody made or changed the stream so that it would lose something, or take nothing.
type SettingsError struct{ Wrong []string }

func (e *SettingsError) Error() string {
	return fmt.Sprintf("the stream %s has other settings than understudy gives it: %s; change them back (nats stream edit), or remove the stream if its worlds are not needed",
		streamName, strings.Join(e.Wrong, ", "))
}

// differs names the settings that are other ones than those wanted. Limits of its size are the user's, and so is who keeps it.
func (c *configuration) differs(is *configuration) (wrong []string) {
	for _, s := range []struct {
		name     string
		is, want any
	}{
		{"retention", is.Retention, c.Retention},
		{"storage", is.Storage, c.Storage},
		{"discard", is.Discard, c.Discard},
		{"max_age", is.Age, c.Age},
		{"max_msgs_per_subject", is.PerSubject, c.PerSubject},
		{"allow_direct", is.Direct, c.Direct},
		{"deny_purge", is.NoPurge, c.NoPurge},
		{"sealed", is.Sealed, c.Sealed},
	} {
		if s.is != s.want {
			wrong = append(wrong, fmt.Sprintf("%s is %v, not %v", s.name, s.is, s.want))
		}
	}
	if slices.ContainsFunc(c.Subjects, func(subject string) bool { return !slices.Contains(is.Subjects, subject) }) {
		wrong = append(wrong, fmt.Sprintf("subjects are %v, not %v", is.Subjects, c.Subjects))
	}
	return wrong
}

// configuration is what JetStream is told of a stream.
type configuration struct {
	Name        string            `json:"name"`
	Description string            `json:"description"`
	Subjects    []string          `json:"subjects"`
	Retention   string            `json:"retention"`
	Storage     string            `json:"storage"`
	Discard     string            `json:"discard"`
	Replicas    int               `json:"num_replicas"`
	PerSubject  int64             `json:"max_msgs_per_subject"`
	Messages    int64             `json:"max_msgs"`
	Bytes       int64             `json:"max_bytes"`
	Direct      bool              `json:"allow_direct"`
	NoDelete    bool              `json:"deny_delete"`
	NoPurge     bool              `json:"deny_purge"`
	Sealed      bool              `json:"sealed"`
	Age         time.Duration     `json:"max_age"`
	Metadata    map[string]string `json:"metadata,omitempty"`
}

func (s *stream) tryFound(ctx context.Context) error {
	n := 1
	if s.conn.ConnectedClusterName() != "" {
		n = replicas
	}
	c := configuration{Retention: "limits", Storage: "file", Discard: "new", Replicas: n, Messages: -1, Bytes: -1, Direct: true, NoDelete: true}
	c.Name, c.Description, c.Subjects, c.PerSubject = streamName, "worlds of understudy", []string{logSubject, leaseKey, textPrefix + "*"}, -1
	c.Metadata = map[string]string{formatKey: format}
	is, err := s.make(ctx, c)
	if err != nil {
		return err
	}
	if is.Metadata[formatKey] != format {
		return &FormatError{is.Metadata[formatKey]}
	}
	if wrong := c.differs(&is); wrong != nil {
		return &SettingsError{wrong}
	}
	s.kept = is.Replicas
	return nil
}

// make makes a stream where there is none, and returns how it is.
func (s *stream) make(ctx context.Context, c configuration) (configuration, error) {
	var answer struct {
		Config configuration `json:"config"`
	}
	err := s.ask(ctx, "STREAM.INFO."+c.Name, struct{}{}, &answer)
	if isRefusal(err, noSuchStream) {
		err = s.ask(ctx, "STREAM.CREATE."+c.Name, c, &answer)
	}
	return answer.Config, err
}
