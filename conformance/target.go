package conformance

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// Target is an implementation under test.
type Target struct {
	API   string `yaml:"api"`   // one of [APIs], or of those that [Catalogs] gave
	URL   string `yaml:"url"`   // base URL of the API
	Token string `yaml:"token"` // credential that may read and write
	// Anonymous says that the target wants no credential.
	Anonymous bool `yaml:"anonymous"`
	// Mode is what the run may do. The default is owned on loopback and read-only beyond.
	Mode   suite.Mode `yaml:"mode"`
	States States     `yaml:"states"`
	// Login is for an API whose tokens come from a login. Without it, what the login gives is not verified.
	Login Login `yaml:"login"`
	// Receiver is for an API that delivers. Without it, the suite receives on a free port of this machine.
	Receiver Receiver `yaml:"receiver"`
	// Unclaimed lists groups of requirements (the middle part of their ids) that the target does not claim to keep.
	Unclaimed []string `yaml:"unclaimed"`
	// Require says what has to be measured: "all", a number of requirements, or a regular expression of their ids.
	Require string `yaml:"require"`

	Rate        float64       `yaml:"rate"`        // requests per second, 0 for as fast as it goes
	MaxRequests int           `yaml:"maxRequests"` // 0 for no bound
	Timeout     time.Duration `yaml:"timeout"`     // per request, 0 for 10 s
	Workers     int           `yaml:"workers"`     // checks at a time, 0 for a default
	Consistency Consistency   `yaml:"consistency"`
}

// Consistency says how soon the target shows what it was told.
type Consistency struct {
	Within    time.Duration `yaml:"within"`    // how long a change may take to show, 0 for none
	Successes int           `yaml:"successes"` // looks in a row that must agree, 0 for 1
}

// States says how the target is brought into the states that checks need. What is left out is not available.
type States struct {
	URL     string            `yaml:"url"`     // provider-state URL, Pact's format
	Headers map[string]string `yaml:"headers"` // sent to that URL
	Command []string          `yaml:"command"` // a program and its arguments
	Params  map[string]any    `yaml:"params"`  // added to the params of every state; the target's token is the default
	Hooks   []Hook            `yaml:"hooks"`   // lent
	// Requests are ids of webhook requests that are lent to be read, Definitions those of definitions all of whose webhook requests are.
	Requests    []string `yaml:"requests"`
	Definitions []string `yaml:"definitions"`
}

// Hook is a hook that the user lends.
type Hook struct {
	ID  string `yaml:"id"`
	URL string `yaml:"url"` // where the hook takes deliveries, "" when the run may not deliver
}

// lends refuses what the API cannot be lent.
func (t Target) lends(c *suite.Catalog) error {
	for flag, given := range map[string]int{"--hook-id": len(t.States.Hooks), "--request-id": len(t.States.Requests), "--definition-id": len(t.States.Definitions)} {
		switch {
		case given == 0 || strings.Contains(c.Lent, flag):
		case c.Lent == "":
			return configError("%s: nothing can be lent for %s; leave it out", flag, c.API.Name)
		default:
			return configError("%s: %s cannot be lent that; give %s", flag, c.API.Name, c.Lent)
		}
	}
	return nil
}

// claims refuses groups that no requirement of the API is in.
func (t Target) claims(api *contract.API) error {
	var groups []string
	for _, r := range api.Requirements {
		if !slices.Contains(groups, r.Group()) {
			groups = append(groups, r.Group())
		}
	}
	for i, group := range t.Unclaimed {
		if !slices.Contains(groups, group) {
			return configError("unclaimed[%d]: %s has no group %q; there are %s", i, api.Name, group, strings.Join(groups, ", "))
		}
	}
	return nil
}

// endsBefore refuses an address that goes on with a path of the API itself, such as that of one call.
func (t Target) endsBefore(d *suite.Document, api *contract.API) error {
	address, rest, more := strings.Cut(t.URL, api.BasePath+"/")
	first, _, _ := strings.Cut(rest, "/")
	if !more || !d.Begins(first) {
		return nil
	}
	return configError("url %q goes on with /%s, a path of the API itself; give %s%s", t.URL, rest, address, api.BasePath)
}

// ErrConfig is wrapped by every error that is the user's to correct: nothing was sent.
var ErrConfig = errors.New("configuration")

func configError(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrConfig}, args...)...)
}

// complete checks the target and fills its defaults in.
func (t Target) complete(delivers bool) (Target, error) {
	base, err := url.Parse(t.URL)
	switch {
	case t.URL == "":
		return t, configError("url is missing; give the base URL of the API, such as http://127.0.0.1:8654/api/v2, with --url or in the target file")
	case err != nil || base.Host == "" || !slices.Contains([]string{"http", "https"}, base.Scheme):
		return t, configError("url %q is no http or https URL%s; give the base URL of the API, such as http://127.0.0.1:8654/api/v2, with --url or in the target file", t.URL, perhaps(t.URL))
	case base.RawQuery != "" || base.ForceQuery || base.Fragment != "" || base.User != nil:
		return t, configError("url %q has a query, a fragment or a user in it; give the plain base URL, and a credential with --token or --login", redactedURL(base))
	}
	t.URL = strings.TrimSuffix(t.URL, "/")
	if t.Mode, err = t.mode(base); err != nil {
		return t, err
	}
	if t.Workers <= 0 {
		t.Workers = t.workers(base)
	}
	if t.Timeout == 0 && t.Receiver.Patience > 0 && delivers {
		t.Timeout = 10*time.Second + t.Receiver.Patience // a call that delivers takes as long as its receiver
	}
	return t, t.check()
}

// How many checks run at a time on loopback by default: where an answer takes long, what listens there is far away in truth, and to wait
// costs no processor. Where answers come at once, more workers would only take time from each other, and from a target that counts it.
const (
	workersNear = 8
	workersFar  = 64
	long        = 20 * time.Millisecond
)

// MaxWorkers is how many checks may run at a time.
const MaxWorkers = 1000

// redactedURL leaves out what may be secret.
func redactedURL(u *url.URL) string {
	plain := *u
	plain.RawQuery, plain.ForceQuery, plain.Fragment = "", false, ""
	return plain.Redacted()
}

// perhaps says what an address lacks, "" where that is not plain.
func perhaps(address string) string {
	if strings.Contains(address, "://") || address == "" {
		return ""
	}
	return fmt.Sprintf(" (http://%s?)", strings.TrimPrefix(address, "//"))
}

func (t Target) check() error {
	switch {
	case t.Rate < 0:
		return configError("rate %v: it is requests per second, 0 for no bound", t.Rate)
	case t.Workers > MaxWorkers:
		return configError("workers %d: take %d at most", t.Workers, MaxWorkers)
	case t.MaxRequests < 0:
		return configError("maxRequests %d: it cannot be negative", t.MaxRequests)
	case t.States.URL != "" && !strings.HasPrefix(t.States.URL, "http"):
		return configError("states.url %q is no http or https URL%s; correct --state-url, or states.url in the target file", t.States.URL, perhaps(t.States.URL))
	}
	if err := t.Receiver.check(); err != nil {
		return err
	}
	for i, h := range t.States.Hooks {
		if h.ID == "" {
			return configError("states.hooks[%d].id is missing", i)
		}
	}
	return nil
}

func (t Target) mode(base *url.URL) (suite.Mode, error) {
	if t.Mode == "" {
		if loopback(base) {
			return suite.Owned, nil
		}
		return suite.ReadOnly, nil
	}
	mode, err := suite.ParseMode(string(t.Mode))
	if err != nil {
		return "", configError("%v", err)
	}
	return mode, nil
}

// workers is how many checks run at a time unless the user says so: one where they share lent hooks or counted requests, few
// beyond loopback.
func (t Target) workers(base *url.URL) int {
	switch {
	case len(t.States.Hooks) > 0, t.MaxRequests > 0:
		return 1
	case loopback(base):
		return workersNear
	default:
		return 2
	}
}
