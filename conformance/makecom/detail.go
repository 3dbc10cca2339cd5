package makecom

import (
	"context"
	"crypto/sha1" //nolint:gosec // as below
	"errors"
	"fmt"

	"github.com/understudy-mock/understudy/conformance/suite"
)

func detailShape(ctx context.Context, v *vendor) error {
	h, err := v.readable(ctx, 1)
	if err != nil {
		return err
	}
	_, err = h.open(ctx, h.known()[0])
	return errors.Join(err, h.wantOpenWhenOff(ctx))
}

// wantOpenWhenOff wants an item to have a detail, as before, while its hook takes no deliveries.
func (h *hook) wantOpenWhenOff(ctx context.Context) error {
	off, err := h.switchedOff(ctx)
	if !off {
		return err
	}
	return h.wantDetail(ctx, h.known()[0])
}

func detailSameItem(ctx context.Context, v *vendor) error {
	h, page, err := v.firstPage(ctx, 2)
	if err != nil {
		return err
	}
	same := errors.Join(h.wantSame(ctx, page, h.known()[0]), h.wantSame(ctx, page, h.known()[1]))
	if h.lent || h.Mode() == suite.ReadOnly {
		return same
	}
	if _, err := h.remove(ctx, "", ids(h.items[0])); err != nil {
		return errors.Join(same, suite.Arranging(err))
	}
	later, err := h.read(ctx, nil)
	if err != nil {
		return errors.Join(same, err)
	}
	return errors.Join(same, h.wantSame(ctx, later, h.items[1]))
}

// wantSame compares an item's detail with the list, the four members that both have.
func (h *hook) wantSame(ctx context.Context, page *listing, id string) error {
	listed, err := page.item(id)
	if err != nil {
		return err
	}
	d, err := h.open(ctx, id)
	if err != nil {
		return err
	}
	return d.Want("item", four(listed), four(d.Incoming))
}

// four are the members that list and detail share.
func four(item map[string]any) map[string]any {
	return map[string]any{"id": item["id"], "scope": item["scope"], "size": item["size"], "created": item["created"]}
}

func detailData(ctx context.Context, v *vendor) error {
	h, err := v.hook(ctx, map[string]any{})
	if err != nil {
		return err
	}
	first, second := any(v.payload()), any(v.payload())
	if err := h.put(ctx, first, second); err != nil {
		return err
	}
	return errors.Join(h.wantData(ctx, h.items[0], first), h.wantData(ctx, h.items[1], second), h.wantSurvival(ctx), h.wantOddTexts(ctx), h.wantLongText(ctx))
}

// wantData compares what the detail shows with what was delivered.
func (h *hook) wantData(ctx context.Context, id string, data any) error {
	d, err := h.open(ctx, id)
	if err != nil {
		return err
	}
	return d.WantExactly("data", plain(data), plain(d.Incoming["data"]))
}

// The vendor's example of bytes, and how it shows them.
const (
	exampleBytes = "{\n    \"name\": \"test\"\n}"
	exampleShown = "IMTBuffer(22, binary, d4cf3d1cbf035278e7a1a909e71354d7a0387db9): 7b0a20202020226e616d65223a202274657374220a7d"
)

func detailBinary(ctx context.Context, v *vendor) error {
	h, err := v.hook(ctx, map[string]any{})
	if err != nil {
		return err
	}
	if h.lent {
		return h.wantShown(ctx, exampleBytes, exampleShown)
	}
	every := make([]byte, 300) // more than a byte can count
	for i := range every {
		every[i] = byte(i)
	}
	return errors.Join(h.wantShown(ctx, exampleBytes, exampleShown), h.wantShown(ctx, string(every), shownAs(every)))
}

// wantShown delivers bytes, and wants them shown so.
func (h *hook) wantShown(ctx context.Context, sent, shown string) error {
	id, err := h.deliver(ctx, post("application/octet-stream", sent))
	if err != nil {
		return err
	}
	return h.wantData(ctx, id, map[string]any{"value": shown})
}

func shownAs(b []byte) string {
	return fmt.Sprintf("IMTBuffer(%d, binary, %x): %x", len(b), sha1.Sum(b), b) //nolint:gosec // the vendor names bytes so
}

func detailUnknownItem(ctx context.Context, v *vendor) error {
	h, err := v.hookWith(ctx, 2)
	if err != nil {
		return err
	}
	other, err := v.hookWith(ctx, 1)
	if err != nil {
		return err
	}
	gone := h.items[0]
	if err := errors.Join(h.needOpened(ctx, gone), other.needOpened(ctx, other.items[0])); err != nil {
		return err
	}
	if _, err := h.remove(ctx, "", ids(gone)); err != nil {
		return suite.Arranging(err)
	}
	if err := other.needListed(ctx, nil); err != nil {
		return err
	}
	missing := []error{h.wantMissing(ctx, v.HexID()), h.wantMissing(ctx, other.items[0]), h.wantMissing(ctx, gone)}
	id := h.items[1]
	for _, near := range append(neighbours(id), id+" ") {
		missing = append(missing, h.wantMissing(ctx, near))
	}
	return errors.Join(missing...)
}

func detailStatsIsNotAnID(ctx context.Context, v *vendor) error {
	h, err := v.readable(ctx, 1)
	if err != nil {
		return err
	}
	answer, err := v.detail(ctx, h.id, "stats")
	if err != nil {
		return err
	}
	answer.Operation, answer.Schema = opStats, nil // whichever operation answered: the check looks for itself
	_, err = readStatistics(answer)
	return err
}

func (d *detail) data() (map[string]any, error) {
	data, ok := d.Incoming["data"].(map[string]any)
	return data, d.WantThat(ok, "an object `data`", body(d.Incoming))
}
