package mockserver

import "github.com/understudy-mock/understudy/mockserver/mockapi"

// WithOnly has the server know these APIs, and none of those that come with the mock.
func WithOnly(apis ...*mockapi.API) Option {
	return func(s *settings) {
		s.want(len(apis) > 0, "WithOnly: give one API at least")
		s.apis = nil
		WithAPI(apis...)(s)
	}
}
