package egress

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
)

// post sends a message over the network. The answer is there as far as it came, also when there is an error.
func (s *Sender) post(ctx context.Context, to string, m Message) (*Answer, error) {
	if err := s.hosts.check(to); err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(m.Body))
	if err != nil {
		return nil, &AddressError{to, err.Error()}
	}
	req.Header = m.Header
	response, err := s.transport.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }() // what matters was read
	return read(response)
}

// read takes the start of a body and sees whether the rest, within bounds, ends as it should.
func read(response *http.Response) (*Answer, error) {
	a := &Answer{Status: response.StatusCode, Header: response.Header}
	body, err := io.ReadAll(io.LimitReader(response.Body, MaxKept))
	a.Body = body
	if err != nil {
		return a, err
	}
	rest, err := io.Copy(io.Discard, io.LimitReader(response.Body, maxRead-MaxKept))
	a.Cut = rest > 0
	return a, err
}

// AddressError says that nothing can be sent to an address.
type AddressError struct{ Address, Reason string }

func (e *AddressError) Error() string { return e.Address + ": " + e.Reason }

func parseAddress(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return nil, &AddressError{address, "it is no URL"}
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, &AddressError{address, "it is neither http nor https"}
	case u.Hostname() == "":
		return nil, &AddressError{address, "it names no host"}
	}
	return u, nil
}
