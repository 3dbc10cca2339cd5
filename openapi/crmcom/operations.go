package crmcom

// Operation ids of the document.
const (
	OpShow    = "showWebhookRequest"
	OpList    = "listWebhookRequests"
	OpResend  = "resendWebhookRequest"
	OpDelete  = "deleteWebhookRequest"
	OpLogin   = "authenticate"
	OpRelease = "releaseToken"
)
