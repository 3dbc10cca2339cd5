package makecom

// Prefixes of the addresses.
const (
	BasePath   = "/api/v2" // of every API operation
	IngestPath = "/wh"     // of a hook's own address, followed by its udid
)

// Parameters of the list that the vendor's SDK sends and its reference does not know, in milliseconds since 1970.
const (
	ParamFrom = "from"
	ParamTo   = "to"
)

// Scopes of a token.
const (
	ScopeRead  = "hooks:read"
	ScopeWrite = "hooks:write"
)

// Codes of the error envelope. CodeUnauthorized and CodeMethodNotAllowed are our own: no document or recording names one.
const (
	CodeConfirmationRequired = "IM004" // 406
	CodeInvalidInput         = "IM005" // 400, a parameter out of range
	CodeBadRequest           = "SC400"
	CodeUnauthorized         = "SC401" // ours
	CodeForbidden            = "SC403"
	CodeNotFound             = "SC404"
	CodeMethodNotAllowed     = "SC405" // ours
)

// Texts of the error envelope that are known to the letter.
const (
	TextConfirmationRequired = "Confirmation Required" // with CodeConfirmationRequired
	TextPermissionDenied     = "Permission denied"     // message with CodeForbidden
	TextAccessDenied         = "Access denied."        // detail with CodeForbidden
)

// The error member of an answer to a deletion that some items did not follow.
const (
	PartialErrorName    = "APIError"
	PartialErrorMessage = "Some of the incoming messages could not be deleted because they are being processed right now."
)

// Plain texts with which a hook's own address answers, and the one of the API's rate limit.
const (
	TextAccepted        = "Accepted"           // 200
	TextQueueFull       = "Queue is full."     // 400
	TextWebhookNotFound = "Webhook not found." // 410
	TextTooManyRequests = "Too many requests"  // 429, ingestion
	TextRateLimit       = "Requests limit for organization exceeded, please try again later."
)

// Media types as they stand in Content-Type.
const (
	ContentTypeJSON = "application/json; charset=utf-8"
	ContentTypeText = "text/plain"
)

// Names of response headers, in the spelling of the wire.
const (
	HeaderRequestID          = "x-request-id"
	HeaderRateLimit          = "x-ratelimit-limit"
	HeaderRateLimitRemaining = "x-ratelimit-remaining"
	HeaderRateLimitReset     = "x-ratelimit-reset" // seconds of the Unix epoch
)

// Members that a hook adds to data when it is set to keep method and headers.
const (
	MemberMethod  = "__IMTMETHOD__"
	MemberHeaders = "__IMTHEADERS__"
	MemberValue   = "value" // holds a body that is no object
)

// ScopeHook is the scope of every incoming of a hook.
const ScopeHook = "hook"

// Limits of a hook.
const (
	MaxPayloadBytes     = 5_242_880 // 5 MiB
	DefaultQueueLimit   = 10_000    // items
	IngestRateRequests  = 300       // deliveries ...
	IngestRateSeconds   = 10        // ... in so many seconds
	DefaultPageLimit    = 10_000    // pg[limit] when not given
	MaxPageLimit        = 10_000
	DefaultPageSortBy   = "created"
	DefaultPageSortDir  = "asc"
	ReversedPageSortDir = "desc"
)

// API calls per minute and organization that the plans allow.
const (
	RateCore       = 60
	RatePro        = 120
	RateTeams      = 240
	RateEnterprise = 1000
)
