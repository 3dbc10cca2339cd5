package makecom

// Operation ids of the document.
const (
	OpList        = "listHookIncomings"
	OpDelete      = "deleteHookIncomings"
	OpStats       = "getHookIncomingStats"
	OpDetail      = "getHookIncoming"
	OpListHooks   = "listHooks"
	OpGetHook     = "getHook"
	OpEnableHook  = "enableHook"
	OpDisableHook = "disableHook"
	OpIngest      = "ingest"
)
