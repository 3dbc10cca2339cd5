package delivery

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"unicode/utf8"

	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/egress"
	"github.com/understudy-mock/understudy/mockserver/jsonobject"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

// bodyError says that an accepted status came with a body that does not confirm it.
type bodyError struct{ reason string }

func (e *bodyError) Error() string { return "the answer does not say status.code OK: " + e.reason }

func judgeBody(a *egress.Answer) error {
	if a.Cut {
		return &bodyError{fmt.Sprintf("it is longer than %d bytes", egress.MaxKept)}
	}
	envelope, err := jsonobject.Parse(a.Body)
	if err != nil {
		return &bodyError{err.Error()}
	}
	status, err := jsonobject.Parse(envelope.Get("status"))
	if err != nil {
		return &bodyError{"it has no object status"}
	}
	if code, ok := jsonobject.String(status.Get("code")); !ok || code != crmcom.StatusOK {
		return &bodyError{fmt.Sprintf("its status.code is %s", status.Get("code"))}
	}
	return nil
}

// failureOf words a failure as a Java program would, because that is what the vendor's log shows: a simple exception
// name, and a message that begins with the whole one.
func failureOf(err error) requestlog.Failure {
	pkg, name := exception(err)
	return requestlog.Failure{Code: name, Description: cut(fmt.Sprintf("%s.%s: %v", pkg, name, message(err)))}
}

func exception(err error) (pkg, name string) {
	var status *statusError
	switch {
	case errors.As(err, &status) && status.status >= 500:
		return "org.springframework.web.client", "HttpServerErrorException"
	case errors.As(err, &status):
		return "org.springframework.web.client", "HttpClientErrorException"
	case is[*bodyError](err):
		return "org.springframework.http.converter", "HttpMessageNotReadableException"
	case is[*egress.AddressError](err):
		return "java.net", "MalformedURLException"
	case is[*egress.HostError](err):
		return "java.lang", "SecurityException"
	case isTimeout(err):
		return "java.net", "SocketTimeoutException"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "java.net", "ConnectException"
	case is[*net.DNSError](err):
		return "java.net", "UnknownHostException"
	case isTLS(err):
		return "javax.net.ssl", "SSLHandshakeException"
	case isBroken(err):
		return "java.net", "SocketException"
	}
	return "java.io", "IOException"
}

func is[T error](err error) bool {
	var target T
	return errors.As(err, &target)
}

func isTimeout(err error) bool {
	var slow net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &slow) && slow.Timeout()
}

func isTLS(err error) bool {
	return is[*tls.CertificateVerificationError](err) || is[tls.RecordHeaderError](err) || is[tls.AlertError](err) ||
		is[x509.UnknownAuthorityError](err) || is[x509.HostnameError](err)
}

func isBroken(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

func message(err error) string {
	switch {
	case isTimeout(err):
		return "there was no whole answer in time"
	case errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Sprintf("connection refused (%v)", err)
	case isBroken(err):
		return fmt.Sprintf("the connection ended before the answer did (%v)", err)
	}
	return err.Error()
}

func cut(text string) string {
	if len(text) <= crmcom.MaxErrorDescription && utf8.ValidString(text) {
		return text
	}
	runes := []rune(strings.ToValidUTF8(text, "?"))
	return string(runes[:min(len(runes), crmcom.MaxErrorDescription)])
}
