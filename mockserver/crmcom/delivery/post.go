package delivery

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
)

// post sends a letter over the network. The answer is there as far as it came, also when there is an error.
func (s *Sender) post(ctx context.Context, to string, l Letter) (*answer, error) {
	if err := s.egress.check(to); err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(l.Body))
	if err != nil {
		return nil, &addressError{to, err.Error()}
	}
	req.Header = l.Header
	response, err := s.transport.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }() // what matters was read
	return read(response)
}

// read takes the start of a body and sees whether the rest, within bounds, ends as it should.
func read(response *http.Response) (*answer, error) {
	a := &answer{status: response.StatusCode, header: response.Header}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxKept))
	a.body = body
	if err != nil {
		return a, err
	}
	rest, err := io.Copy(io.Discard, io.LimitReader(response.Body, maxRead-maxKept))
	a.cut = rest > 0
	return a, err
}

// addressError says that nothing can be sent to an address.
type addressError struct{ address, reason string }

func (e *addressError) Error() string { return e.address + ": " + e.reason }

func parseAddress(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return nil, &addressError{address, "it is no URL"}
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, &addressError{address, "it is neither http nor https"}
	case u.Hostname() == "":
		return nil, &addressError{address, "it names no host"}
	}
	return u, nil
}
