package conformance

// Plain spends counted requests in the order of the requirements, to compare with.
func Plain() Option { return func(o *options) { o.plain = true } }
