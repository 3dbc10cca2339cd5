package server

import (
	"fmt"
	"strings"
)

// Defect names one thing that the server does wrong on purpose, so that a suite can be seen to notice it.
type Defect string

// The defects. Each is one switch in the code, found by its name.
const (
	DeleteAllUnconfirmed Defect = "delete-all-unconfirmed"
	DeletesProcessing    Defect = "deletes-processing"
	PartialFailsWhole    Defect = "partial-fails-whole"
	OffsetOffByOne       Defect = "offset-off-by-one"
	OtherHookDelete      Defect = "other-hook-delete"
	ResendSuccessful     Defect = "resend-successful"
	DeleteCrmKeeps       Defect = "delete-crm-keeps"
	WrongHMAC            Defect = "wrong-hmac"
	NumberReused         Defect = "number-reused"
	FilterIgnored        Defect = "filter-ignored"
)

// Broken describes a defect by the requirement that it violates.
type Broken struct {
	Defect   Defect
	Violates string // requirement id
	What     string // what the server does instead
}

// Defects lists every defect.
func Defects() []Broken {
	return []Broken{
		{DeleteAllUnconfirmed, "makecom/delete/all-unconfirmed", "all:true deletes without confirmed"},
		{DeletesProcessing, "makecom/delete/processing-refused", "an item being processed is deleted like any other"},
		{PartialFailsWhole, "makecom/delete/partial", "one item being processed keeps the others from being deleted"},
		{OffsetOffByOne, "makecom/list/offset", "pg[offset]=k skips k-1 items"},
		{OtherHookDelete, "makecom/delete/other-hook", "ids are looked up in the queues of all hooks"},
		{ResendSuccessful, "crmcom/resend/rejected-only", "a SUCCESSFUL request is sent again"},
		{DeleteCrmKeeps, "crmcom/delete/gone", "delete answers with the record and keeps it"},
		{WrongHMAC, "crmcom/delivery/hmac", "the code is made with the definition's id instead of its secret key"},
		{NumberReused, "crmcom/delivery/ids-unique", "the number of a deleted newest request is given again"},
		{FilterIgnored, "crmcom/list/by-state", "life_cycle_state does not narrow the list"},
	}
}

// ParseDefect finds the defect of that name; "" is none.
func ParseDefect(name string) (Defect, error) {
	known := make([]string, 0, len(Defects()))
	for _, b := range Defects() {
		if string(b.Defect) == name {
			return b.Defect, nil
		}
		known = append(known, string(b.Defect))
	}
	if name == "" {
		return "", nil
	}
	return "", fmt.Errorf("no defect %q, take one of %s", name, strings.Join(known, ", "))
}

// has reports whether the server was told to have this defect.
func (s *server) has(d Defect) bool { return s.options.Defect == d }
