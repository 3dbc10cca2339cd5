package mockserver

import (
	"net/http"

	"github.com/gorilla/mux"

	"github.com/understudy-mock/understudy/mockserver/crmcom"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/makecom"
	"github.com/understudy-mock/understudy/mockserver/world"
	crmapi "github.com/understudy-mock/understudy/openapi/crmcom"
	openapi "github.com/understudy-mock/understudy/openapi/makecom"
)

// vendor is what the front needs to know of an API: where it lies, how it finds the world of a request, and how it
// words a refusal.
type vendor struct {
	name       string
	prefix     string
	register   func(*mux.Router)
	operations map[string]string // operation id by method, if one is asked for, and path template
	open       func(*world.Registry, *http.Request, *exchange.Exchange) error
	admit      func(*exchange.Exchange, *http.Request) error
	prepare    func(*exchange.Exchange, *http.Request) error
	dress      func(*exchange.Exchange, http.Header)
	refuse     func(http.ResponseWriter, *http.Request, error)
}

func vendors(crm *crmcom.Server) []*vendor {
	return []*vendor{
		{
			name:       openapi.Contract.Name,
			prefix:     openapi.BasePath,
			register:   makecom.Register,
			operations: makecom.Operations(),
			open:       makecom.Open,
			admit:      makecom.Admit,
			prepare:    makecom.Prepare,
			dress:      makecom.Dress,
			refuse:     makecom.Refuse,
		},
		{
			name:       openapi.Contract.Name,
			prefix:     openapi.IngestPath,
			register:   makecom.RegisterIngest,
			operations: map[string]string{openapi.IngestPath + "/{udid}": makecom.IngestOperation},
			open:       makecom.OpenAddress,
			admit:      makecom.AdmitDelivery,
			prepare:    func(*exchange.Exchange, *http.Request) error { return nil },
			dress:      makecom.DressDelivery,
			refuse:     makecom.RefuseDelivery,
		},
		{
			name:       crmapi.Contract.Name,
			prefix:     crmapi.BasePath,
			register:   crm.Register,
			operations: crmcom.Operations(),
			open:       crmcom.Open,
			admit:      crmcom.Admit,
			prepare:    crmcom.Prepare,
			dress:      crmcom.Dress,
			refuse:     crmcom.Refuse,
		},
	}
}
