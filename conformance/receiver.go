package conformance

import (
	"net/url"
	"time"

	"github.com/understudy-mock/understudy/conformance/receiver"
)

// Login is a user of the target, for the run alone to log in as.
type Login struct {
	Username     string `yaml:"username"`
	Password     string `yaml:"password"`
	Organisation string `yaml:"organisation"`
	Unit         string `yaml:"unit"` // "" where the user has only one
}

// Receiver says where the suite receives what the target delivers, and how the target spells it.
type Receiver struct {
	Listen string        `yaml:"listen"` // address on this machine, "" for a free port on loopback
	URL    string        `yaml:"url"`    // how the target reaches it: the public end of a tunnel; "" for the address itself
	Wait   time.Duration `yaml:"wait"`   // how long a delivery may take to come, 0 for 3 s
	// Patience is how long the run may leave a delivery without an answer, to see when the target gives up. 0 is not at all:
	// time-outs are not looked at then. A target file that does not say has [DefaultPatience].
	Patience time.Duration `yaml:"patience"`
	// DefaultPatience says that the patience is nobody's choice. The time-out of the target itself is not measured then.
	DefaultPatience bool

	// JSON pointers into the body of a delivery, "/" for all of it, and the header that carries the code where the body does not.
	Entity   string `yaml:"entity"`   // "" for /entity
	EntityID string `yaml:"entityId"` // "" for /entity_id
	Data     string `yaml:"data"`     // "" for /data
	Code     string `yaml:"code"`     // "" for /authentication_code
	Header   string `yaml:"header"`   // "" for X-Authentication-Code
}

// DefaultPatience is what a run may spend on one delivery that is left without an answer, unless somebody says otherwise: a target
// whose definitions take a time-out gives up within a moment, others have so long.
const DefaultPatience = 10 * time.Second

// Patient is the target with the default patience, which the command line and target files begin with.
func (t Target) Patient() Target {
	t.Receiver.Patience, t.Receiver.DefaultPatience = DefaultPatience, true
	return t
}

func (r Receiver) config() receiver.Config {
	return receiver.Config{Listen: r.Listen, URL: r.URL, Wait: r.Wait, Patience: r.Patience, Default: r.DefaultPatience && r.Patience == DefaultPatience, Layout: r.layout()}
}

func (r Receiver) layout() receiver.Layout {
	return receiver.Layout{Entity: r.Entity, EntityID: r.EntityID, Data: r.Data, Code: r.Code, Header: r.Header}
}

func (r Receiver) check() error {
	if err := r.layout().Check(); err != nil {
		return configError("receiver.%v", err)
	}
	if r.URL == "" {
		return nil
	}
	u, err := url.Parse(r.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" {
		return configError("receiver.url %q is no http or https URL without a query", r.URL)
	}
	if r.Listen == "" {
		return configError("receiver.listen is missing; say which address receiver.url leads to, such as 127.0.0.1:9000")
	}
	return nil
}
