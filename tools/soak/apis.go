package main

import "slices"

// steps are those of every API, one after the other. It is the list of APIs of this tool.
func steps() []step { return slices.Concat(makecomSteps(), crmcomSteps()) }
