package cli

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/understudy-mock/understudy/mockserver/control"
)

// healthFlags say which mock is asked, and how.
type healthFlags struct {
	url      string
	ca       string
	patience time.Duration
}

func newHealthCommand() *cobra.Command {
	var f healthFlags
	cmd := &cobra.Command{
		Use:   "health",
		Short: "Ask a running mock whether it serves requests",
		Long: `Health asks a mock whether it serves requests, for probes in containers that hold nothing but this
program. It exits with 0 when it does, 1 when it does not, and 2 on wrong usage.`,
		Example: `  understudy health
  understudy health --url http://mock:8654 --timeout 2s
  understudy health --url https://127.0.0.1:8654 --ca ca.pem`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return f.ask(cmd.Context(), cmd.OutOrStdout())
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.url, "url", "", "address of the mock, or of its control API's own listener (default: UNDERSTUDY_ADDR, as serve has it, or http://127.0.0.1:8654)")
	flags.StringVar(&f.ca, "ca", "", "certificate file of the CA to trust, PEM, such as that of serve --tls-ca")
	flags.DurationVar(&f.patience, "timeout", 3*time.Second, "how long the answer may take")
	bound(flags, "timeout", &f.patience, time.Millisecond, time.Hour, "take a time such as 3s, an hour at most")
	return cmd
}

// ask wants a 200 from the readiness endpoint.
func (f *healthFlags) ask(ctx context.Context, stdout io.Writer) error {
	address, err := f.address()
	if err != nil {
		return withCode(codeUsage, err)
	}
	client, err := f.client()
	if err != nil {
		return withCode(codeUsage, err)
	}
	ctx, cancel := context.WithTimeout(ctx, f.patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return withCode(codeUsage, err)
	}
	answer, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("not healthy: %w; start the mock with understudy serve, or correct --url", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("not healthy: %s answered %s; wait until the mock is ready, or correct --url when it is none", address, answer.Status)
	}
	_, err = fmt.Fprintln(stdout, "ok")
	return err
}

func (f *healthFlags) address() (string, error) {
	if at := os.Getenv("UNDERSTUDY_ADDR"); f.url == "" && at != "" {
		f.url = "http://" + reachable(at)
	}
	if f.url == "" {
		f.url = exampleServer
	}
	base, err := url.Parse(f.url)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return "", fmt.Errorf("--url %q: give scheme and host, as in http://127.0.0.1:8654", f.url)
	}
	if path := strings.TrimSuffix(base.Path, "/"); path != "" || base.RawQuery != "" {
		return "", fmt.Errorf("--url %q: leave the path out, as in %s://%s", f.url, base.Scheme, base.Host)
	}
	return base.Scheme + "://" + base.Host + control.Prefix + "/readyz", nil
}

// client follows no redirects: what answers in the mock's stead is not the mock.
func (f *healthFlags) client() (*http.Client, error) {
	transport := &http.Transport{DisableKeepAlives: true}
	if f.ca != "" {
		text, err := os.ReadFile(f.ca)
		if err != nil {
			return nil, fmt.Errorf("--ca: %w; give the file that serve --tls-ca names", err)
		}
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("--ca %q: the file holds no certificate in PEM", f.ca)
		}
		transport.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	}
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return errors.New("it redirects; the mock never does") },
	}, nil
}
