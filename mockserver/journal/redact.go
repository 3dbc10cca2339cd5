package journal

import "github.com/understudy-mock/understudy/internal/secret"

// Hidden stands where a secret was.
const Hidden = secret.Hidden

// Redacted is the entry without credentials, wherever package secret knows one to stand. Everything that leaves the process goes through
// it; what it does not hide it does not change.
func (e *Entry) Redacted() *Entry {
	hide := secret.Mask(secret.Hide)
	safe := e.masked(hide)
	safe.Response.Header = hide.Header(e.Response.Header)
	safe.Response.Body.Bytes = hide.Body(e.Response.Header.Get("Content-Type"), e.Response.Body.Bytes)
	return safe
}

// masked is the entry with another request.
func (e *Entry) masked(hide secret.Mask) *Entry {
	safe := *e
	safe.Request.Path = hide.Path(e.Request.Path)
	safe.Request.Header = hide.Header(e.Request.Header)
	safe.Request.Body.Bytes = hide.Body(e.Request.Header.Get("Content-Type"), e.Request.Body.Bytes)
	return &safe
}
