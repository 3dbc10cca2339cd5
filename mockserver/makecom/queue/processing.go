package queue

// Processing lists the items of a hook that are being processed, in order of arrival.
func (s *State) Processing(hookID int) ([]Item, error) {
	h, err := s.find(hookID)
	if err != nil {
		return nil, err
	}
	return h.items(h.allBusy()), nil
}
