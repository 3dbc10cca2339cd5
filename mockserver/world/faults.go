package world

import "github.com/understudy-mock/understudy/mockserver/fault"

// Faults are the failures in force, with their counts. A change of the faults replaces the plan.
func (w *World) Faults() *fault.Plan { return w.shown.Load().faults }

// SetFaults replaces the faults, or refuses them with an error that joins a [*fault.Wrong] for each thing. Counting starts over.
func (w *World) SetFaults(rules []fault.Rule) error {
	plan, err := fault.New(rules, w.Seed())
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now.faults = plan
	w.publish()
	return nil
}
